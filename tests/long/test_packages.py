"""What is large comes in without being in memory, and says how far it is."""

import asyncio
from pathlib import Path

import pytest

from bench import packages, seed, server

MEMORY_AT_MOST = 300_000_000
MEGABYTES = 100
QUESTIONS = 5_000


@pytest.mark.usefixtures("front_end")
def test_a_cartridge_of_a_hundred_megabytes_streams_and_tells_how_far_it_is(school: Path):
    with server.lectern(school, pin="all") as site:
        known = seed.read(site.folder)
        seen = asyncio.run(packages.imported(site, known, packages.cartridge(MEGABYTES)))

    assert seen.memory < MEMORY_AT_MOST
    assert len(set(seen.told)) >= 3
    assert {one["kind"]: one["count"] for one in seen.made["preview"]["counts"]}["files"] == packages.FILES


@pytest.mark.usefixtures("front_end")
def test_a_file_of_thousands_of_questions_stays_small(school: Path):
    with server.lectern(school, pin="all") as site:
        known = seed.read(site.folder)
        # The process apart is there from now on, as in a server that has run for a while.
        asyncio.run(
            packages.imported(site, known, packages.questions(20).replace(b"Which", b"What"), course=known.slug)
        )
        seen = asyncio.run(packages.imported(site, known, packages.questions(QUESTIONS), course=known.slug))

    assert seen.memory < MEMORY_AT_MOST
    assert seen.made["added"] == QUESTIONS
