"""The words that every certificate has, in the languages that one can be written in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """`unprintable` stands in the place of a text that no font of the site can print."""

    name: str
    lead: str
    verb: str
    issued: str
    expires: str
    workload: str
    grade: str
    code: str
    check: str
    unprintable: str


LANGUAGES: dict[str, Labels] = {
    "en": Labels(
        "English",
        "This certifies that",
        "completed",
        "Issued on",
        "Valid until",
        "Workload",
        "Grade",
        "Certificate ID",
        "Anybody can check this certificate at",
        "see the check page",
    ),
    "de": Labels(
        "Deutsch",
        "Hiermit wird bescheinigt:",
        "hat abgeschlossen",
        "Ausgestellt am",
        "Gültig bis",
        "Umfang",
        "Note",
        "Zertifikatsnummer",
        "Prüfen kann dieses Zertifikat jeder unter",
        "siehe Prüfseite",
    ),
    "fr": Labels(
        "Français",
        "Nous certifions que",
        "a terminé",
        "Délivré le",
        "Valable jusqu’au",
        "Volume horaire",
        "Note",
        "Numéro du certificat",
        "Chacun peut vérifier ce certificat à l’adresse",
        "voir la page de vérification",
    ),
    "es": Labels(
        "Español",
        "Se certifica que",
        "ha completado",
        "Expedido el",
        "Válido hasta",
        "Duración",
        "Calificación",
        "Número del certificado",
        "Cualquiera puede comprobar este certificado en",
        "véase la página de comprobación",
    ),
    "it": Labels(
        "Italiano",
        "Si certifica che",
        "ha completato",
        "Rilasciato il",
        "Valido fino al",
        "Durata",
        "Voto",
        "Numero del certificato",
        "Chiunque può verificare questo certificato su",
        "vedere la pagina di verifica",
    ),
    "pt": Labels(
        "Português",
        "Certifica-se que",
        "concluiu",
        "Emitido em",
        "Válido até",
        "Carga horária",
        "Nota",
        "Número do certificado",
        "Qualquer pessoa pode verificar este certificado em",
        "ver a página de verificação",
    ),
    "nl": Labels(
        "Nederlands",
        "Hiermee wordt verklaard dat",
        "heeft afgerond",
        "Uitgegeven op",
        "Geldig tot",
        "Studielast",
        "Cijfer",
        "Certificaatnummer",
        "Iedereen kan dit certificaat controleren op",
        "zie de controlepagina",
    ),
    "pl": Labels(
        "Polski",
        "Niniejszym zaświadcza się, że",
        "ukończył(a)",
        "Data wydania",
        "Ważny do",
        "Liczba godzin",
        "Ocena",
        "Numer certyfikatu",
        "Każdy może sprawdzić ten certyfikat pod adresem",
        "zob. strona weryfikacji",
    ),
    "tr": Labels(
        "Türkçe",
        "Bu belge ile onaylanır:",
        "kursunu tamamladı",
        "Veriliş tarihi",
        "Geçerlilik sonu",
        "Süre",
        "Not",
        "Sertifika numarası",
        "Bu sertifikayı herkes şu adreste doğrulayabilir",
        "doğrulama sayfasına bakınız",
    ),
    "el": Labels(
        "Ελληνικά",
        "Βεβαιώνεται ότι",
        "ολοκλήρωσε",
        "Ημερομηνία έκδοσης",
        "Ισχύει έως",
        "Διάρκεια",
        "Βαθμός",
        "Αριθμός πιστοποιητικού",
        "Το πιστοποιητικό ελέγχεται από όλους στη διεύθυνση",
        "βλ. σελίδα ελέγχου",
    ),
    "ru": Labels(
        "Русский",
        "Настоящим подтверждается, что",
        "успешно завершил(а) курс",
        "Дата выдачи",
        "Действителен до",
        "Объём",
        "Оценка",
        "Номер сертификата",
        "Каждый может проверить этот сертификат по адресу",
        "см. страницу проверки",
    ),
    "uk": Labels(
        "Українська",
        "Цим засвідчується, що",
        "завершив(ла) курс",
        "Дата видачі",
        "Дійсний до",
        "Обсяг",
        "Оцінка",
        "Номер сертифіката",
        "Кожен може перевірити цей сертифікат за адресою",
        "див. сторінку перевірки",
    ),
    "ar": Labels(
        "العربية",
        "نشهد بأن",
        "أتمّ بنجاح",
        "تاريخ الإصدار",
        "صالحة حتى",
        "عدد الساعات",
        "الدرجة",
        "رقم الشهادة",
        "يمكن لأي شخص التحقق من هذه الشهادة على",
        "انظر صفحة التحقق",
    ),
    "he": Labels(
        "עברית",
        "הרינו לאשר כי",
        "השלים/ה את הקורס",
        "תאריך הנפקה",
        "בתוקף עד",
        "היקף",
        "ציון",
        "מספר התעודה",
        "כל אחד יכול לבדוק תעודה זו בכתובת",
        "ראו דף הבדיקה",
    ),
}
RIGHT_TO_LEFT = frozenset({"ar", "he"})


def labels_of(lang: str) -> Labels:
    """Its words; of a language that we do not have, the English ones."""
    return LANGUAGES.get(lang, LANGUAGES["en"])
