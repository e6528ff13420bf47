"""`python -m lms_app.demo`: fill an empty database with the demo school, and say who can sign in."""

from lms_app.demo import build


def main() -> None:
    signs = build()
    print("The demo school is built." if signs.built else "This database has people in it: nothing was changed.")
    for role, email in (("Student", signs.student), ("Instructor", signs.instructor), ("Admin", signs.admin)):
        print(f"  {role:<10}  {email}")
    print(f"  Password    {signs.password}")


if __name__ == "__main__":
    main()
