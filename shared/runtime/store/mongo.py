"""The store on MongoDB, through Motor; the only file that knows the driver.

Writes go out in one transaction with read concern snapshot and write concern majority and journaled, set on the
transaction itself. Reads come from the primary with read concern majority; what a decision read is guarded by
version when it is written, so the read itself needs no place in the transaction.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from bson.errors import BSONError
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import DeleteOne, IndexModel, InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    CollectionInvalid,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from shared.runtime import faults
from shared.runtime.store.model import (
    Collection,
    Conflict,
    Document,
    Index,
    Reads,
    Sort,
    StoreError,
    StoreUnavailable,
    WriteRefused,
    Writes,
    entries_by_id,
)

_DUPLICATE_KEY: Final = 11000
_NAMESPACE_EXISTS: Final = 48
_INDEX_DIFFERS: Final = {85, 86}
_CONTENDED: Final = {112, 24, 246, 251}  # WriteConflict, LockTimeout, SnapshotUnavailable, NoSuchTransaction
# BadValue, FailedToParse, TypeMismatch, PathNotViable, DollarPrefixedFieldName, ImmutableField,
# DocumentValidationFailure, BSONObjectTooLarge
_OF_THE_DOCUMENT: Final = {2, 9, 14, 28, 52, 66, 121, 10334, 17419, 17420}
_COMMIT_TRIES_MAX: Final = 3
_WRITE_CONCERN: Final = WriteConcern(w="majority", j=True, wtimeout=10_000)


class MongoStore:
    """One service's database.

    `timeout_ms` bounds how long the driver looks for a primary and waits for an answer.
    """

    def __init__(self, url: str, database: str, *, timeout_ms: int = 5_000, pool_max: int = 32) -> None:
        self._client: Any = AsyncIOMotorClient(
            url,
            tz_aware=True,
            serverSelectionTimeoutMS=timeout_ms,
            connectTimeoutMS=timeout_ms,
            socketTimeoutMS=4 * timeout_ms,
            maxPoolSize=pool_max,
            retryWrites=True,
            appname=database,
        )
        self._database = self._client.get_database(
            database,
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
            write_concern=_WRITE_CONCERN,
        )

        self._collections: dict[str, Any] = {}

    def _of(self, name: str) -> Any:
        """The driver's handle of a collection; making one costs more than a look-up."""
        handle = self._collections.get(name)
        if handle is None:
            handle = self._collections[name] = self._database[name]
        return handle

    async def prepare(self, collections: Sequence[Collection]) -> None:
        """See Store.prepare."""
        with _translated():
            there = await (await self._database.list_collections()).to_list(None)
            validators = {info["name"]: info["options"].get("validator", {}) for info in there}
            await asyncio.gather(*(self._prepare(c, validators.get(c.name)) for c in collections))

    async def _prepare(self, collection: Collection, present: Mapping[str, Any] | None) -> None:
        """Create or change one collection; `present` is the validator that it has, None where it does not exist."""
        validator = {"$jsonSchema": collection.validator} if collection.validator else {}
        if present is None:
            try:
                await self._database.create_collection(collection.name, validator=validator)
            except CollectionInvalid:
                present = {}
            except OperationFailure as failure:
                if failure.code != _NAMESPACE_EXISTS:
                    raise
                present = {}
        # Changing a validator waits for every transaction on the collection, so it is done only where it differs.
        if present is not None and dict(present) != validator:
            await self._database.command("collMod", collection.name, validator=validator)
        if collection.indexes:
            await self._apply_indexes(collection)

    async def _apply_indexes(self, collection: Collection) -> None:
        handle = self._of(collection.name)
        try:
            await handle.create_indexes([_index_model(index) for index in collection.indexes])
        except OperationFailure as failure:
            if failure.code not in _INDEX_DIFFERS:
                raise
            for index in collection.indexes:
                await self._replace_index(handle, index)

    async def _replace_index(self, handle: Any, index: Index) -> None:
        try:
            await handle.create_indexes([_index_model(index)])
        except OperationFailure as failure:
            if failure.code not in _INDEX_DIFFERS:
                raise
            await handle.drop_index(index.name)
            await handle.create_indexes([_index_model(index)])

    async def load(self, reads: Reads) -> dict[str, dict[str, Document]]:
        """See Store.load."""
        with _translated():
            wanted = [(name, ids) for name, ids in reads.items() if ids]
            found = await asyncio.gather(*(self._load_one(name, ids) for name, ids in wanted))
        return {name: documents for (name, _), documents in zip(wanted, found, strict=True)}

    async def _load_one(self, name: str, ids: Sequence[str]) -> dict[str, Document]:
        where = {"_id": ids[0]} if len(ids) == 1 else {"_id": {"$in": list(ids)}}
        documents = await self._of(name).find(where, batch_size=len(ids) + 1).to_list(None)
        return {document["_id"]: document for document in documents}

    async def entries(self, reads: Reads) -> dict[str, dict[str, Document]]:
        """See Store.entries; the server leaves out what of a page was not asked for."""
        with _translated():
            wanted = [(name, ids) for name, ids in reads.items() if ids]
            found = await asyncio.gather(*(self._entries_of(name, ids) for name, ids in wanted))
        return {name: entries for (name, _), entries in zip(wanted, found, strict=True)}

    async def _entries_of(self, name: str, ids: Sequence[str]) -> dict[str, Document]:
        asked = {"$filter": {"input": "$entries", "cond": {"$in": ["$$this.id", list(ids)]}}}
        pipeline = [{"$match": {"entries.id": {"$in": list(ids)}}}, {"$set": {"entries": asked}}]
        pages = await self._of(name).aggregate(pipeline, batchSize=len(ids) + 1).to_list(None)
        return entries_by_id(pages)

    async def write(self, writes: Writes) -> None:
        """See Store.write."""
        with _translated():
            async with await self._client.start_session(causal_consistency=False) as session:
                session.start_transaction(
                    read_concern=ReadConcern("snapshot"),
                    write_concern=_WRITE_CONCERN,
                    read_preference=ReadPreference.PRIMARY,
                )
                try:
                    await self._write_in(session, writes)
                except BaseException:
                    await _abort(session)
                    raise
                faults.point("store.before_commit")
                await _commit(session)

    async def _write_in(self, session: Any, writes: Writes) -> None:
        operations: dict[str, list[Any]] = defaultdict(list)
        matched: dict[str, int] = defaultdict(int)
        for put in writes.puts:
            if put.expected:
                matched[put.collection] += 1
                where = {"_id": put.document["_id"], "v": put.expected}
                operations[put.collection].append(ReplaceOne(where, put.document))
            else:
                operations[put.collection].append(InsertOne(put.document))
        for touch in writes.touches:
            matched[touch.collection] += 1
            where = {"_id": touch.id, "v": touch.expected}
            operations[touch.collection].append(UpdateOne(where, {"$inc": {"touched": 1}}))
        for mark in writes.marks:
            matched[mark.collection] += 1
            operations[mark.collection].append(UpdateOne({"_id": mark.id, **mark.where}, {"$set": dict(mark.fields)}))
        for remove in writes.removes:
            matched[remove.collection] += 1
            operations[remove.collection].append(DeleteOne({"_id": remove.id, "v": remove.expected}))
        for insert in writes.inserts:
            operations[insert.collection].extend(InsertOne(document) for document in insert.documents)
        for name, requests in operations.items():
            result = await self._of(name).bulk_write(requests, ordered=False, session=session)
            if result.matched_count + result.deleted_count < matched[name]:
                raise Conflict(f"{name} changed since it was read")

    async def find(
        self, collection: str, where: Mapping[str, Any], *, sort: Sort = (), limit: int = 0, skip: int = 0
    ) -> list[Document]:
        """See Store.find."""
        with _translated():
            cursor = self._of(collection).find(dict(where), limit=limit, skip=skip)
            if sort:
                cursor = cursor.sort(list(sort))
            return list(await cursor.to_list(None))

    async def find_in_snapshot(
        self, collection: str, where: Mapping[str, Any], *, sort: Sort, limit: int
    ) -> list[Document]:
        """See Store.find_in_snapshot."""
        with _translated():
            async with await self._client.start_session(snapshot=True) as session:
                cursor = self._of(collection).find(dict(where), limit=limit, session=session)
                return list(await cursor.sort(list(sort)).to_list(None))

    async def find_in_pages(
        self, collection: str, where: Mapping[str, Any], *, holding: Mapping[str, Sequence[str]], sort: Sort, limit: int
    ) -> list[Document]:
        """See Store.find_in_pages; the server leaves out the other entries."""
        held = [{"$setIsSubset": [list(v), {"$ifNull": [f"$$this.{name}", []]}]} for name, v in holding.items()]
        pipeline: list[dict[str, Any]] = [
            {"$match": dict(where)},
            {"$sort": dict(sort)},
            {"$limit": limit},
            {"$set": {"entries": {"$filter": {"input": "$entries", "cond": {"$and": held}}}}},
        ]
        with _translated():
            return list(await self._of(collection).aggregate(pipeline, batchSize=limit + 1).to_list(None))

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        """See Store.count."""
        with _translated():
            return int(await self._of(collection).count_documents(dict(where)))

    async def total(self, collection: str, where: Mapping[str, Any], field: str) -> int:
        """See Store.total."""
        pipeline = [{"$match": dict(where)}, {"$group": {"_id": None, "sum": {"$sum": f"${field}"}}}]
        with _translated():
            found = await self._of(collection).aggregate(pipeline).to_list(None)
        return int(found[0]["sum"]) if found else 0

    async def update_one(
        self, collection: str, where: Mapping[str, Any], set_: Mapping[str, Any], *, upsert: bool = False
    ) -> Document | None:
        """See Store.update_one."""
        with _translated():
            try:
                document: Document | None = await self._of(collection).find_one_and_update(
                    dict(where), {"$set": dict(set_)}, upsert=upsert, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:
                return None
            return document

    async def insert_new(self, collection: str, documents: Sequence[Document]) -> int:
        """See Store.insert_new."""
        if not documents:
            return 0
        with _translated():
            try:
                await self._of(collection).insert_many([dict(d) for d in documents], ordered=False)
            except BulkWriteError as failure:
                errors = failure.details.get("writeErrors", [])
                if failure.details.get("writeConcernErrors") or any(e.get("code") != _DUPLICATE_KEY for e in errors):
                    raise
                return len(documents) - len(errors)
            return len(documents)

    async def delete(self, collection: str, where: Mapping[str, Any], *, limit: int = 0) -> int:
        """See Store.delete."""
        with _translated():
            condition: dict[str, Any] = dict(where)
            if limit:
                cursor = self._of(collection).find(condition, {"_id": 1}, limit=limit)
                condition = {"_id": {"$in": [document["_id"] for document in await cursor.to_list(None)]}}
            return int((await self._of(collection).delete_many(condition)).deleted_count)

    async def watch(self, collection: str) -> AsyncGenerator[None, None]:
        """See Store.watch; opened anew, from now, where the stream breaks off."""
        pipeline: list[dict[str, Any]] = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
        while True:
            try:
                async with self._of(collection).watch(pipeline, max_await_time_ms=1_000) as stream:
                    yield
                    async for _ in stream:
                        yield
            except PyMongoError:
                await asyncio.sleep(1)

    async def ping(self) -> None:
        """See Store.ping."""
        with _translated():
            hello = await self._client.admin.command("hello")
        if not hello.get("isWritablePrimary"):
            raise StoreUnavailable("MongoDB has no primary now")

    async def close(self) -> None:
        """Give connections back."""
        self._client.close()

    async def drop(self) -> None:
        """Delete the whole database; for tests."""
        await self._client.drop_database(self._database.name)


def _index_model(index: Index) -> IndexModel:
    options: dict[str, Any] = {"name": index.name, "unique": index.unique, "sparse": index.sparse}
    if index.where is not None:
        options["partialFilterExpression"] = dict(index.where)
        del options["sparse"]
    if index.ttl_seconds is not None:
        options["expireAfterSeconds"] = index.ttl_seconds
    return IndexModel(list(index.keys), **options)


async def _abort(session: Any) -> None:
    if session.in_transaction:
        # The server drops what it cannot be told to abort; what made us abort is the error worth telling.
        with suppress(PyMongoError):
            await session.abort_transaction()


async def _commit(session: Any) -> None:
    """Commit; where the answer is lost, ask again: the server answers a commit that it has done with success."""
    for tries in range(1, _COMMIT_TRIES_MAX + 1):
        try:
            await session.commit_transaction()
        except PyMongoError as failure:
            if tries == _COMMIT_TRIES_MAX or not failure.has_error_label("UnknownTransactionCommitResult"):
                raise
        else:
            return


@contextmanager
def _translated() -> Iterator[None]:
    """The driver's errors in the store's words."""
    try:
        yield
    except StoreError:
        raise
    except (DocumentTooLarge, BSONError, OverflowError, UnicodeError) as failure:
        raise WriteRefused(f"a value cannot be stored ({type(failure).__name__})") from None
    except (ConnectionFailure, ServerSelectionTimeoutError, ExecutionTimeout, WTimeoutError) as failure:
        raise StoreUnavailable(_told(failure)) from failure
    except BulkWriteError as failure:
        codes = {error.get("code", 0) for error in failure.details.get("writeErrors", ())}
        # Without its cause: the driver's error holds whole documents, which belong into no log.
        raise _of_codes(codes, failure) from None
    except OperationFailure as failure:
        raise _of_codes({failure.code or 0}, failure) from failure
    except PyMongoError as failure:
        raise StoreUnavailable(_told(failure)) from failure


def _of_codes(codes: set[int], failure: OperationFailure) -> StoreError:
    if failure.has_error_label("UnknownTransactionCommitResult"):
        return StoreUnavailable(_told(failure))
    if codes & {_DUPLICATE_KEY, *_CONTENDED} or failure.has_error_label("TransientTransactionError"):
        return Conflict(_told(failure))
    if codes & _OF_THE_DOCUMENT:
        return WriteRefused(_told(failure))
    # Whatever else a server says (no rights, no disk, interrupted) is not this document's fault.
    return StoreUnavailable(_told(failure))


def _told(failure: PyMongoError) -> str:
    if isinstance(failure, BulkWriteError):
        errors = failure.details.get("writeErrors", ())
        return "; ".join(sorted({str(error.get("errmsg", "")).split("dup key")[0] for error in errors}))[:300]
    return str(failure).splitlines()[0][:300]
