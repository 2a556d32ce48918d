"""Commands about what a notice leaves open: answers, answer."""

import getpass
from typing import Annotated

import typer

from ..domain.errors import WrongUsage
from .context import AsJson, At, CampaignId, print_json, session
from .decide import Author


def answers(context: typer.Context, as_json: AsJson = False, campaign: CampaignId = None) -> None:
    """List what the notice leaves open, with proposals and the answers given."""
    from ..jobs.setup.questions import questions_json

    questions = questions_json(session(context, None, campaign).campaign())
    if as_json:
        print_json(questions)
        return
    for one in questions:
        typer.echo(f"{one['key']}: {one['question']}")
        for name in ("quote", "proposal", "answer"):
            typer.echo(f"    {name}: {one[name] or ('—' if name != 'answer' else 'OPEN')}")
    opened = sum(one["answer"] is None for one in questions)
    typer.echo(f"{len(questions)} questions, {opened} open" + ("; nobody is reminded yet" if opened else ""))


def answer(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The question's key, as `answers` shows it.")],
    text: Annotated[str | None, typer.Argument(help="The answer.")] = None,
    proposal: Annotated[bool, typer.Option("--proposal", help="Take the proposal.")] = False,
    author: Author = None,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Answer one question: the answer is written into the campaign file, whose comments stay."""
    from ..jobs.setup.questions import answer_question

    if (text is None) is not proposal:
        raise WrongUsage("give the answer or --proposal, one of the two")
    now = session(context, at, campaign)
    with now.app() as app:
        given = answer_question(
            app.store,
            now.configuration.directory,
            now.campaign(),
            key,
            text,
            author=author or getpass.getuser(),
            now=now.now,
        )
    typer.echo(f"{key}: {given}")
    if not proposal:
        typer.echo("it is no proposal: change the keys above `questions` in the file to match")
