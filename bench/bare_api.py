"""The floor of REST: FastAPI as its manual writes it, the statements that our reads run, one check of a JWT.

No room, no policy, no view objects: each route runs the recorded statements and answers with the recorded JSON. The
routes under `/raw` run them with `sqlite3` itself on the event loop, which no application does; they are told beside.
"""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import jwt
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from sqlalchemy import create_engine

from bench import seed

_folder = Path(os.environ["BENCH_SEED"])
_secret = os.environ["BENCH_SECRET"]
_seed = seed.read(_folder)
_engine = create_engine(f"sqlite:///{_folder / 'lectern.db'}", pool_size=8)
_local = threading.local()

app = FastAPI(openapi_url=None)


def _check(request: Request) -> None:
    try:
        jwt.decode(request.cookies.get("token", ""), _secret, algorithms=["HS256"], audience="api")
    except jwt.PyJWTError:
        raise HTTPException(401) from None


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "alive"}


@app.get("/sql/{name}")
def with_engine(name: str, request: Request) -> JSONResponse:
    _check(request)
    read = _seed.reads[name]
    with _engine.connect() as connection:
        for statement, given in read.statements:
            _ = connection.exec_driver_sql(statement, tuple(given)).fetchall()
    return JSONResponse(read.answer)


@app.get("/raw/{name}")
async def with_sqlite(name: str, request: Request) -> JSONResponse:
    _check(request)
    read = _seed.reads[name]
    connection = _connection()
    for statement, given in read.statements:
        _ = connection.execute(statement, given).fetchall()
    return JSONResponse(read.answer)


@app.get("/json/{name}")
async def json_only(name: str, request: Request) -> JSONResponse:
    _check(request)
    return JSONResponse(_seed.reads[name].answer)


def _connection() -> Any:
    if not hasattr(_local, "connection"):
        _local.connection = sqlite3.connect(_folder / "lectern.db")
    return _local.connection
