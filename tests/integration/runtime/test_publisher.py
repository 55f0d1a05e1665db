"""The relay's way to Kafka, on the real one."""

from __future__ import annotations

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.contracts.topics import TOPICS
from shared.runtime.publisher import KafkaPublisher


async def test_the_topics_are_made_as_the_contracts_say(kafka: str) -> None:
    publisher = KafkaPublisher(kafka, "/tests")
    await publisher.create_topics(TOPICS)
    await publisher.create_topics(TOPICS)  # again changes nothing
    assert await publisher.missing_topics(TOPICS) == []
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        for topic in TOPICS:
            described = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name)])
            policy = {entry[0]: entry[1] for entry in described[0].resources[0][4]}["cleanup.policy"]
            assert policy == ("compact" if topic.compacted else "delete"), topic.name
    finally:
        await admin.close()
