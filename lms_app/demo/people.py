"""The people of Northfield. They are invented; the three with a sign-in on the first page come first in their lists."""

import unicodedata
from dataclasses import dataclass

DOMAIN = "northfield.example"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    zone: str = "Europe/London"
    handle: str = ""

    @property
    def email(self) -> str:
        return f"{self.handle or handle_of(self.name)}@{DOMAIN}"


def handle_of(name: str) -> str:
    """`Dr Zoë van den Berg` is `zoe.berg`: the first and the last word, in plain letters."""
    words = [word for word in name.split() if word != "Dr"]
    split = unicodedata.normalize("NFKD", f"{words[0]}.{words[-1]}".translate(_PLAIN).lower())
    return "".join(c for c in split if c.isascii() and (c.isalnum() or c == "."))


_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "ı": "i", "đ": "d", "’": "", "'": ""})

ADMINS = (Person("Priya Raman"),)

INSTRUCTORS = (
    Person("Dr Tomas Lindqvist"),
    Person("Miriam Okafor"),
    Person("Ruth Abara"),
)

STUDENTS = (
    Person("Amina Yusuf"),
    Person("Joon Park"),
    Person("Mika Aaltonen", "Europe/Helsinki"),
    Person("Bisi Adeyemi", "Africa/Lagos"),
    Person("Sara Bianchi", "Europe/Rome"),
    Person("Rafi Chowdhury"),
    Person("Élodie Dubois", "Europe/Paris"),
    Person("Nora Eriksen", "Europe/Oslo"),
    Person("Idil Farah"),
    Person("Mateo García López", "Europe/Madrid", "mateo.garcia"),
    Person("Niamh O'Connor", "Europe/Dublin"),
    Person("Ying Zhang"),
    Person("Oluwaseun Balogun", "Africa/Lagos"),
    Person("Katarzyna Wójcik", "Europe/Warsaw"),
    Person("Ravi Subramaniam"),
    Person("Hana Novotná", "Europe/Prague"),
    Person("Tariq Haddad"),
    Person("Leilani Kealoha"),
    Person("Dmytro Shevchenko", "Europe/Kyiv"),
    Person("Grace Wanjiru", "Africa/Nairobi"),
    Person("Owen Pritchard"),
    Person("Fatima Zahra Benali", "Africa/Casablanca"),
    Person("Søren Kjær", "Europe/Copenhagen", "soren.kjaer"),
    Person("Thandiwe Nkosi", "Africa/Johannesburg"),
    Person("Yuki Tanaka", "Asia/Tokyo"),
    Person("Gabriel Ferreira", "Europe/Lisbon"),
    Person("Aroha Ngata"),
    Person("Şebnem Yılmaz", "Europe/Istanbul"),
    Person("Callum MacLeod"),
    Person("Deepika Nair"),
    Person("Linh Nguyen"),
    Person("Isabel Castillo"),
    Person("Jakob Steiner", "Europe/Vienna"),
    Person("Chidi Eze"),
    Person("Maryam Rahimi"),
    Person("Pavel Dimitrov", "Europe/Sofia"),
    Person("Sinazo Dlamini", "Africa/Johannesburg"),
    Person("Eleni Papadaki", "Europe/Athens"),
    Person("Noah Whitfield"),
    Person("Zofia Kamińska", "Europe/Warsaw"),
)
