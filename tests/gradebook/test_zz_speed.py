import time
from decimal import Decimal
from tests.gradebook import makers
from lms_app.gradebook import service


def test_speed(instructor):
    made = makers.class_of(instructor, 1000, 60)
    slug = made.course.slug

    def timed(what, act, n=3, **kw):
        for _ in range(n):
            t = time.perf_counter()
            r = act(**kw)
            print(what, round((time.perf_counter() - t) * 1000), "ms")
        return r

    timed("window", lambda: instructor.sees(service.table, slug=slug))
    print(timed("tallies", lambda: instructor.sees(service.tallies, slug=slug)))
    timed("only", lambda: instructor.sees(service.table, slug=slug, only="missing"))
    timed("by total", lambda: instructor.sees(service.table, slug=slug, sort="total"))
    timed("by column", lambda: instructor.sees(service.table, slug=slug, sort=str(made.items[3])))
    timed("column", lambda: instructor.sees(service.column, item_id=made.items[3]))
    k = iter("1234")
    timed(
        "mark",
        lambda: instructor.does(service.write_mark, item_id=made.items[3], user_id=made.students[5], text=next(k)),
    )
    timed("explain", lambda: instructor.sees(service.explain, slug=slug, user_id=made.students[5]))
