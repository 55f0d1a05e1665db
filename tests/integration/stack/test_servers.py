"""The embedded servers are real: they keep what they were given, and go when their owner goes."""

from __future__ import annotations

import asyncio
import signal
import uuid
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import AsyncMongoClient

from deploy.stack.kafka import KafkaCluster, KafkaNode
from deploy.stack.mail import MailCatcher
from deploy.stack.mesh import Mesh
from deploy.stack.mongod import Mongod
from deploy.stack.server import Server

pytestmark = pytest.mark.servers


async def create_topic(bootstrap: str, name: str, copies: int = 1) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        answer = await admin.create_topics([NewTopic(name, 1, copies)])
        assert [error[1] for error in answer.topic_errors] == [0]
    finally:
        await admin.close()


async def produce(bootstrap: str, topic: str, values: list[bytes], *, idempotent: bool = True) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=idempotent, acks="all")
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(60):
            return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


def _threads(pid: int) -> list[str]:
    """The state of each thread of a process; see proc(5)."""
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return [stat.read_text().rpartition(") ")[2][0] for stat in stats]


async def _tells_life_from_sleep(server: Server) -> None:
    [child] = server.children()
    assert await server.answers(0, 30)
    child.signal(signal.SIGSTOP)
    try:
        # The signal was sent, but one of its threads may be on the other processor still.
        async with asyncio.timeout(10):
            while any(state != "T" for state in _threads(child.pid)):  # noqa: ASYNC110 - nobody tells when they are
                await asyncio.sleep(0.01)
        assert not await server.answers(0, 1)
    finally:
        child.signal(signal.SIGCONT)
    assert await server.answers(0, 30)


async def test_a_store_a_broker_and_a_mail_server_that_stand_still_are_known(tmp_path: Path) -> None:
    for server in (Mongod(tmp_path / "mongod"), Mesh(tmp_path / "mesh"), MailCatcher(tmp_path / "mail")):
        async with server:
            await _tells_life_from_sleep(server)


async def test_a_kafka_that_stands_still_is_known(kafka_servers: KafkaNode) -> None:
    await _tells_life_from_sleep(kafka_servers)


async def test_mongod_runs_transactions_and_change_streams(mongod: str, mongo_database: str) -> None:
    async with AsyncMongoClient(mongod) as client:
        collection = client[mongo_database]["things"]
        await collection.insert_one({"_id": 0})
        async with await collection.watch() as changes:
            async with client.start_session() as session, await session.start_transaction():
                await collection.insert_many([{"_id": 1}, {"_id": 2}], session=session)
            assert [(await changes.next())["documentKey"]["_id"] for _ in range(2)] == [1, 2]
        await client.drop_database(mongo_database)


async def test_mongod_keeps_its_data_when_it_comes_back_on_another_port(tmp_path: Path) -> None:
    async with Mongod(tmp_path) as first, AsyncMongoClient(first.url) as client:
        await client["kept"]["things"].insert_one({"_id": "thing"})
        await first.kill()
        await first.restart()
        assert await client["kept"]["things"].count_documents({}) == 1
    async with Mongod(tmp_path) as second, AsyncMongoClient(second.url) as client:
        assert second.url != first.url
        assert await client["kept"]["things"].count_documents({}) == 1


async def test_three_mongods_elect_another_when_the_first_is_killed(mongod_set: Mongod) -> None:
    async with AsyncMongoClient(mongod_set.url, w="majority") as client:
        await client["kept"]["things"].replace_one({"_id": "before"}, {}, upsert=True)
        killed = await mongod_set.primary()
        assert killed is not None
        await mongod_set.kill(killed)
        try:
            await client["kept"]["things"].replace_one({"_id": "after"}, {}, upsert=True)
            assert await client["kept"]["things"].count_documents({}) == 2
            assert await mongod_set.primary() != killed
        finally:
            await mongod_set.restart(killed)


async def test_kafka_takes_an_idempotent_producer(kafka: str, topic_prefix: str) -> None:
    await create_topic(kafka, f"{topic_prefix}t")
    await produce(kafka, f"{topic_prefix}t", [b"one", b"two"])
    assert await consume(kafka, f"{topic_prefix}t", 2) == [b"one", b"two"]


@pytest.mark.kafka
async def test_kafka_keeps_its_events_when_it_comes_back_on_another_port(tmp_path: Path, kafka: str) -> None:
    async with KafkaNode(tmp_path) as first:
        await create_topic(first.bootstrap, "kept")
        await produce(first.bootstrap, "kept", [b"one"])
        await first.kill()
        await first.restart()
        await produce(first.bootstrap, "kept", [b"two"])
    async with KafkaNode(tmp_path) as second:
        assert second.bootstrap != first.bootstrap
        assert await consume(second.bootstrap, "kept", 2) == [b"one", b"two"]


async def test_three_kafkas_go_on_when_one_is_killed(kafka_cluster: KafkaCluster, topic_prefix: str) -> None:
    await create_topic(kafka_cluster.bootstrap, f"{topic_prefix}t", copies=3)
    await produce(kafka_cluster.bootstrap, f"{topic_prefix}t", [b"before"])
    await kafka_cluster.kill(1)
    try:
        await produce(kafka_cluster.bootstrap, f"{topic_prefix}t", [b"after"])
        assert await consume(kafka_cluster.bootstrap, f"{topic_prefix}t", 2) == [b"before", b"after"]
    finally:
        await kafka_cluster.restart(1)


async def test_the_in_memory_broker_carries_events(mesh: str, topic_prefix: str) -> None:
    await create_topic(mesh, f"{topic_prefix}t")
    await produce(mesh, f"{topic_prefix}t", [b"one", b"two"], idempotent=False)
    assert await consume(mesh, f"{topic_prefix}t", 2) == [b"one", b"two"]


async def test_the_mail_catcher_keeps_what_it_acknowledged(mail_catcher: MailCatcher) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "fair@pavilion.example", "anna@exhibitor.example", "Стенд A-001"
    letter["Message-ID"] = f"<{uuid.uuid4().hex}@pavilion.example>"
    letter.set_content("展位 A-001 已为您保留。")
    await aiosmtplib.send(letter, hostname="127.0.0.1", port=mail_catcher.port)
    caught = {message["Message-ID"]: message for message in mail_catcher.messages()}[letter["Message-ID"]]
    assert caught["X-RcptTo"] == "anna@exhibitor.example"
    payload = caught.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "展位" in payload.decode()


async def test_a_server_that_is_stopped_leaves_no_process(tmp_path: Path) -> None:
    server: Server = MailCatcher(tmp_path)
    async with server:
        assert all(child.running for child in server.children())
    assert not any(child.running for child in server.children())
