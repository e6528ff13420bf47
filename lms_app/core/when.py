"""The one place that turns moments and numbers into words: pages, mail, PDF and calendar all call it.

A moment is always aware; it is shown in the reader's zone and language. English without a region (and British English)
follows the house: "Tue 24 Nov, 23:59". Every other language follows its own custom, as Babel knows it. An unknown zone
or language is never an error for a reader: it falls back to UTC and English.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_name
from babel.numbers import format_decimal, format_percent

from lms_app.core import words
from lms_app.core.words import later

_HOUSE = ("en", "en_GB")
_NEAR_DAYS = 7


# Moments


def moment(at: datetime, zone: str, locale: str, *, now: datetime | None = None) -> str:
    """ "Tue 24 Nov, 23:59"; with `now`, the year is said when it is another one: "Wed 24 Nov 2027, 23:59"."""
    found = _locale(locale)
    joined = "{1}, {0}" if str(found) in _HOUSE else str(found.datetime_formats["medium"]).replace("'", "")
    return joined.format(clock(at, zone, locale), short_day(at, zone, locale, now=now))


def day(at: datetime, zone: str, locale: str, *, now: datetime | None = None) -> str:
    """ "24 November", as in "Opens 24 November"; with `now`, the year is added when it is another one."""
    if now is not None and _local(at, zone).year != _local(now, zone).year:
        return long_day(at, zone, locale)
    return _day(at, zone, locale, None, house="d MMMM", skeleton="MMMMd")


def short_day(at: datetime, zone: str, locale: str, *, now: datetime | None = None) -> str:
    """ "Tue 24 Nov": where the weekday helps; with `now`, the year is added when it is another one."""
    return _day(at, zone, locale, now, house="EEE d MMM", skeleton="MMMEd")


def brief_day(at: datetime, zone: str, locale: str) -> str:
    """ "24 Nov": along an axis, where the weekday and the year would only crowd."""
    return _day(at, zone, locale, None, house="d MMM", skeleton="MMMd")


def long_day(at: datetime, zone: str, locale: str) -> str:
    """ "24 November 2027": on a certificate, a receipt, anything that is kept."""
    found = _locale(locale)
    return format_date(_local(at, zone).date(), "d MMMM y" if str(found) in _HOUSE else "long", found)


def clock(at: datetime, zone: str, locale: str) -> str:
    """ "23:59", or as the reader's language says it: "11:59 PM"."""
    local, found = _local(at, zone), _locale(locale)
    return f"{local:%H:%M}" if str(found) in _HOUSE else format_time(local.timetz(), "short", locale=found)


def day_parts(at: datetime, now: datetime, zone: str, locale: str) -> tuple[str, str]:
    """What a date block shows: ("24", "Nov"); in another year ("24", "Nov 2028")."""
    local, found = _local(at, zone), _locale(locale)
    month = "MMM" if local.year == _local(now, zone).year else "MMM y"
    return format_date(local.date(), "d", found), format_date(local.date(), month, found)


def relative_day(at: datetime, now: datetime, zone: str, locale: str) -> str:
    """ "Today", "Tomorrow", "Yesterday", "4 days", "4 days ago" within a week of `now`, else the date.

    Days are the reader's calendar days, so a night in which clocks change counts as one like any other.
    """
    there, here = _local(at, zone).date(), _local(now, zone).date()
    apart = (there - here).days
    if abs(apart) >= _NEAR_DAYS:
        return short_day(at, zone, locale, now=now)
    return _near(apart, _locale(locale)) or short_day(at, zone, locale, now=now)


def ago(at: datetime, now: datetime, locale: str) -> str:
    """ "4 minutes ago", "in 2 hours", "just now" under a minute (in English)."""
    found = _locale(locale)
    if abs((at - now).total_seconds()) < 60 and (language := words.language_of(locale)):
        return words.found(later("just now"), language)
    return format_timedelta(at - now, add_direction=True, threshold=1, locale=found)


def zone_name(at: datetime, zone: str, locale: str) -> str:
    """What people call the zone at that moment: "Central European Standard Time"."""
    return get_timezone_name(_local(at, zone), locale=_locale(locale))


def zoned(at: datetime, zone: str, locale: str, *, now: datetime | None = None) -> str:
    """ "Tue 24 Nov, 23:59 (Central European Standard Time)": for what is read away from a page that names the zone."""
    return f"{moment(at, zone, locale, now=now)} ({zone_name(at, zone, locale)})"


def zone_words(begins: datetime, ends: datetime, zone: str, locale: str) -> str:
    """The zone of all that lies between two moments; where its clocks change meanwhile, both of its names."""
    first, last = zone_name(begins, zone, locale), zone_name(ends, zone, locale)
    return first if first == last else f"{first} / {last}"


def is_zone(zone: str) -> bool:
    """Whether `zone` is an IANA name that we know."""
    return bool(zone) and (zone == "UTC" or _zone(zone) is not UTC)


def is_locale(locale: str) -> bool:
    """Whether `locale` is a language tag that we can format for."""
    try:
        Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return True


# A moment typed into <input type="datetime-local">, which knows no zone


def to_field(at: datetime, zone: str) -> str:
    """ "2027-11-24T23:59": the value of a `datetime-local` input, in the reader's zone."""
    return f"{_local(at, zone):%Y-%m-%dT%H:%M}"


def from_field(typed: str, zone: str) -> datetime:
    """The moment (UTC) that a reader in `zone` meant. Raises ValueError when it is no date.

    A time that the clocks skip in spring is read with the offset before the change, so 02:30 becomes 03:30;
    one that they repeat in autumn means its first occurrence.
    """
    naive = datetime.fromisoformat(typed)
    if naive.tzinfo is not None:
        return naive.astimezone(UTC)
    return naive.replace(tzinfo=_zone(zone), fold=0).astimezone(UTC)


# Days and months of a calendar on the wall


def local_day(at: datetime, zone: str) -> date:
    """The day that the calendar shows in `zone`."""
    return _local(at, zone).date()


def day_begins(day: date, zone: str) -> datetime:
    """The first moment (UTC) of a day in `zone`. Where the clocks skip midnight, it is that of the skip."""
    return datetime.combine(day, time(), _zone(zone)).astimezone(UTC)


def month_name(day: date, locale: str) -> str:
    """ "November 2026"."""
    found = _locale(locale)
    return format_date(day, "MMMM y", found) if str(found) in _HOUSE else format_skeleton("yMMMM", day, locale=found)


def full_day(day: date, locale: str) -> str:
    """ "Tuesday 24 November": as a heading over what is on that day."""
    found = _locale(locale)
    if str(found) in _HOUSE:
        return format_date(day, "EEEE d MMMM", found)
    return f"{format_date(day, 'cccc', found)}, {format_skeleton('MMMMd', day, locale=found)}"


def week_begins_on(locale: str) -> int:
    """The first day of the week: 0 is Monday. English without a region follows the house, which is in Europe."""
    found = _locale(locale)
    return 0 if str(found) == "en" else int(found.first_week_day)


def weekdays(locale: str) -> list[str]:
    """ "Mon" to "Sun", or from whichever day the week begins there."""
    names: dict[int, str] = dict(_locale(locale).days["stand-alone"]["abbreviated"])
    return [names[(week_begins_on(locale) + number) % 7] for number in range(7)]


# Times of a day, as clocks on the wall show them


def minute_of_day(at: datetime, zone: str) -> int:
    """How many minutes the clocks in `zone` are past midnight."""
    local = _local(at, zone)
    return local.hour * 60 + local.minute


def next_clock(after: datetime, minute: int, zone: str, *, weekday: int | None = None) -> datetime:
    """The first moment after `after` at which the clocks in `zone` show that minute of a day (of a weekday, 0 is Monday).

    A time that the clocks skip comes when they have, by as much as they skip; one that they repeat comes twice.
    """
    today = _local(after, zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(9)]
    shown = [datetime.combine(one, time(*divmod(minute, 60)), _zone(zone)) for one in days]
    found: list[datetime] = []
    for one in shown:
        first, second = one.astimezone(UTC), one.replace(fold=1).astimezone(UTC)
        if weekday in (None, one.weekday()):
            found += [first, max(first, second)]  # of a time that is skipped, the second would be before the change
    return min(at for at in found if at > after)


# Numbers and durations. Without a locale they are of the language that is spoken.


def duration_minutes(minutes: int | float | Decimal, locale: str = "") -> str:
    """ "12 min", "1 h 30 min", "14 hours". Part minutes count as begun."""
    whole = int(Decimal(minutes).to_integral_value(rounding="ROUND_CEILING"))
    if whole < 60:
        return _filled(later("{minutes} min"), locale, minutes=number(whole, locale))
    hours, rest = divmod(whole, 60)
    if not rest:
        return plural(hours, "hour", locale=locale)
    return _filled(later("{hours} h {minutes} min"), locale, hours=number(hours, locale), minutes=rest)


def duration_seconds(seconds: int | float, locale: str = "") -> str:
    """ "45 s", "12 min 5 s", "1 h 30 min": how long something took."""
    whole = max(0, int(seconds))
    if whole < 60:
        return _filled(later("{seconds} s"), locale, seconds=whole)
    minutes, rest = divmod(whole, 60)
    if minutes >= 60 or not rest:
        return duration_minutes(minutes, locale)
    return _filled(later("{minutes} min {seconds} s"), locale, minutes=minutes, seconds=rest)


def points(value: Decimal | int, locale: str = "") -> str:
    """ "17", "17.5", "1,250": at most three decimals, none that are zero."""
    return number(Decimal(value).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP), locale)


def out_of(value: Decimal | int, most: Decimal | int, locale: str = "") -> str:
    """ "17 / 20". It reads from left to right in every language, as arithmetic does."""
    said = f"{points(value, locale)} / {points(most, locale)}"
    return f"\u2066{said}\u2069" if words.is_right_to_left(locale or words.spoken()) else said


def percent(fraction: Decimal | int | float, locale: str = "") -> str:
    """A share 0..1 as a whole percentage: "85%". Halves go up, but only all of it is 100%."""
    hundredths = (Decimal(str(fraction)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if hundredths == 100 and Decimal(str(fraction)) < 1:
        hundredths = (Decimal(str(fraction)) * 100).quantize(Decimal(1), rounding=ROUND_FLOOR)
    return format_percent(hundredths / 100, locale=_locale(locale or words.spoken()))


def number(value: Decimal | int, locale: str = "") -> str:
    """A number with the reader's separators: "1,250.5"."""
    return _number(value, locale or words.spoken())


@lru_cache(4096)  # a list shows the same few numbers again and again, and Babel takes its time
def _number(value: Decimal | int, locale: str) -> str:
    return format_decimal(value, format="#,##0.###", locale=_locale(locale))


def plural(count: Decimal | int, one: str, many: str | None = None, *, locale: str = "") -> str:
    """ "1 question", "2 questions", "0 tries". `many` is only needed for words with a plural of their own.

    Both are English; another language finds its own by them, as "{n} questions".
    """
    shown = number(count, locale)
    language = words.language_of(locale) if locale else words.spoken()
    if language in ("", words.SOURCE):
        return f"{shown} {one if count == 1 else many or plural_of(one)}"
    english = f"{{n}} {many or plural_of(one)}"
    said = words.found(english, language, count)
    return f"{shown} {one}" if said == english and count == 1 else said.format(n=shown)


def _filled(text: str, locale: str, **values: object) -> str:
    return words.filled(text, words.language_of(locale) if locale else words.spoken(), **values)


def plural_of(one: str) -> str:
    """The plural of the last word of `one`, by the rules of English spelling."""
    head, _, word = one.rpartition(" ")
    lower = word.lower()
    if lower in _IRREGULAR:
        word = _IRREGULAR[lower]
    elif lower.endswith("y") and lower[-2:-1] not in "aeiou":
        word = word[:-1] + "ies"
    elif lower.endswith(("s", "x", "ch", "sh")):
        word += "es"
    else:
        word += "s"
    return f"{head} {word}".lstrip()


_IRREGULAR = {"quiz": "quizzes", "person": "people", "child": "children", "criterion": "criteria", "series": "series"}


# Babel leaves these words of CLDR out, and "in 0 days" is nobody's way to say today.
_TODAY = {
    "ar": ("أمس", "اليوم", "غدًا"),
    "de": ("Gestern", "Heute", "Morgen"),
    "el": ("Χθες", "Σήμερα", "Αύριο"),
    "en": ("Yesterday", "Today", "Tomorrow"),
    "es": ("Ayer", "Hoy", "Mañana"),
    "fr": ("Hier", "Aujourd’hui", "Demain"),
    "he": ("אתמול", "היום", "מחר"),
    "it": ("Ieri", "Oggi", "Domani"),
    "ja": ("昨日", "今日", "明日"),
    "nl": ("Gisteren", "Vandaag", "Morgen"),
    "pl": ("Wczoraj", "Dzisiaj", "Jutro"),
    "pt": ("Ontem", "Hoje", "Amanhã"),
    "ru": ("Вчера", "Сегодня", "Завтра"),
    "tr": ("Dün", "Bugün", "Yarın"),
    "uk": ("Вчора", "Сьогодні", "Завтра"),
    "zh": ("昨天", "今天", "明天"),
}


@lru_cache(maxsize=512)
def _near(apart: int, locale: Locale) -> str:
    """A day less than a week away in words; empty where we lack them in that language."""
    if -1 <= apart <= 1:
        return _TODAY[locale.language][apart + 1] if locale.language in _TODAY else ""
    if locale.language == "en":
        return f"{apart} days" if apart > 0 else f"{-apart} days ago"
    said = format_timedelta(timedelta(days=apart), granularity="day", threshold=99, add_direction=True, locale=locale)
    return said[:1].upper() + said[1:]


def _day(at: datetime, zone: str, locale: str, now: datetime | None, *, house: str, skeleton: str) -> str:
    local, found = _local(at, zone), _locale(locale)
    with_year = now is not None and local.year != _local(now, zone).year
    if str(found) in _HOUSE:
        return format_date(local.date(), f"{house} y" if with_year else house, found)
    return format_skeleton(f"y{skeleton}" if with_year else skeleton, local, tzinfo=_zone(zone), locale=found)


def _local(at: datetime, zone: str) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(_zone(zone))


@lru_cache(maxsize=512)
def _zone(zone: str) -> tzinfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=256)
def _locale(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale("en")
