"""A GraphQL service with a subscription, by strawberry-graphql: what graphql-subscription.yaml runs against."""

import asyncio
from typing import AsyncGenerator

import strawberry
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from strawberry.asgi import GraphQL


@strawberry.type
class Quote:
    colour: str
    number: int


@strawberry.type
class Query:
    @strawberry.field
    def colours(self) -> list[str]:
        return ["RAL 5010", "RAL 9010"]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def quotes(self, colour: str, count: int = 10) -> AsyncGenerator[Quote, None]:
        for number in range(count):
            yield Quote(colour=colour, number=number)
            await asyncio.sleep(0.02)


async def health(request) -> PlainTextResponse:
    return PlainTextResponse("ok")


schema = strawberry.Schema(query=Query, subscription=Subscription)
app = Starlette(routes=[Route("/health", health), Mount("/graphql", GraphQL(schema))])
