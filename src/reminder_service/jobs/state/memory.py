"""What was made of stored mails and files lately: a situation computed anew makes only what changed in the store."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...domain.campaign import Campaign, Column
from ...domain.documents import Reading, reading_from_json
from ...domain.forms import Form, find_form
from ...domain.identity import Identifier
from ...domain.incoming import IncomingMessage
from ...domain.messages import MailFacts, facts_from_json
from ...domain.names import UnitNames
from ...domain.outgoing import MailKey
from ...store import OutboxMail, Store, StoredDocument, StoredMessage

_FORMS_OF_A_FILE = 8


@dataclass(kw_only=True, slots=True)
class SeenFile:
    """A stored file with what a reader saw in it, and the forms that were looked for in it."""

    document: StoredDocument
    reading: Reading
    _forms: list[tuple[Sequence[Column], frozenset[str], Form | None]] = field(default_factory=list)

    def form(self, columns: Sequence[Column], spellings: frozenset[str]) -> Form | None:
        """Return the form in the file, as :func:`find_form` does; looked for once."""
        for known_columns, known_spellings, form in self._forms:
            if known_columns is columns and known_spellings is spellings:
                return form
        form = find_form(self.reading, columns, spellings)
        self._forms = [(columns, spellings, form), *self._forms[: _FORMS_OF_A_FILE - 1]]
        return form


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """A message as it was loaded, and what it was made of."""

    message: StoredMessage
    documents: tuple[StoredDocument, ...]
    answered: tuple[MailKey, ...]
    incoming: IncomingMessage | None

    def is_of(
        self, message: StoredMessage, documents: Sequence[StoredDocument], answered: Sequence[MailKey]
    ) -> bool:
        """Whether it would be made of the very same things again."""
        return (
            self.message is message
            and len(self.documents) == len(documents)
            and all(one is other for one, other in zip(self.documents, documents, strict=True))
            and self.answered == tuple(answered)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """Mails and files of the store at one moment, read."""

    facts: Mapping[int, tuple[StoredMessage, MailFacts]]
    files: Mapping[int, SeenFile]


@dataclass(kw_only=True, slots=True)
class _Campaigns:
    """What is remembered of one campaign."""

    names: tuple[Campaign, Mapping[str, Sequence[str]], UnitNames] | None = None
    context: tuple[object, ...] = ()
    loaded: dict[int, Loaded] = field(default_factory=dict)
    identifier: Identifier | None = None


@dataclass(kw_only=True, slots=True)
class Memory:
    """Shared by situations computed one after the other; what the store no longer has is forgotten.

    ``lock`` is held while a situation is put together: two at a time would only make everything twice.
    """

    lock: threading.RLock = field(default_factory=threading.RLock)
    _material: Material = field(default_factory=lambda: Material(facts={}, files={}))
    _keys: dict[int, tuple[OutboxMail, MailKey | None]] = field(default_factory=dict)
    _campaigns: dict[str, _Campaigns] = field(default_factory=dict)
    _messages: frozenset[int] = frozenset()

    def keys(self, outbox: Sequence[OutboxMail]) -> list[MailKey | None]:
        """Return the key of each mail, None where it has none."""
        known = self._keys
        self._keys = {
            mail.id: seen
            if (seen := known.get(mail.id)) and seen[0] is mail
            else (mail, MailKey.parse(mail.key))
            for mail in outbox
        }
        return [self._keys[mail.id][1] for mail in outbox]

    def material(
        self, store: Store, messages: Sequence[StoredMessage], documents: Sequence[StoredDocument]
    ) -> Material:
        """Return these mails and files as far as they were read; only what changed is fetched."""
        known, self._messages = self._material, frozenset(one.id for one in messages)
        facts = {one.id: seen for one in messages if (seen := known.facts.get(one.id)) and seen[0] is one}
        files = {
            one.id: file for one in documents if (file := known.files.get(one.id)) and file.document is one
        }
        new = {one.id: one for one in messages if one.id not in facts and one.sha256 is not None}
        facts |= {
            id: (new[id], facts_from_json(found)) for id, found in store.messages.facts(list(new)) if found
        }
        unread = {one.id: one for one in documents if one.id not in files}
        files |= {
            id: SeenFile(document=unread[id], reading=reading_from_json(found))
            for id, found in store.documents.readings(list(unread))
        }
        self._material = Material(facts=facts, files=files)
        return self._material

    def names(self, campaign: Campaign, aliases: Mapping[str, Sequence[str]]) -> UnitNames:
        """Return the spellings of a campaign's units, the same object as long as they are the same."""
        here = self._of(campaign)
        if here.names is None or here.names[:2] != (campaign, aliases):
            here.names = (campaign, aliases, UnitNames(campaign, aliases))
        return here.names[2]

    def loaded(self, campaign: Campaign, context: tuple[object, ...]) -> dict[int, Loaded]:
        """Return what was loaded of messages under the same circumstances, to be read and added to."""
        here = self._of(campaign)
        if here.context != context:
            here.context, here.loaded = context, {}
        for gone in here.loaded.keys() - self._messages:
            del here.loaded[gone]
        return here.loaded

    def identifier(self, wanted: Identifier) -> Identifier:
        """Return the identifier that worked with the same knowledge before, else the one that is given."""
        here = self._of(wanted.campaign)
        if here.identifier is None or not here.identifier.knows_the_same(wanted):
            here.identifier = wanted
        return here.identifier

    def _of(self, campaign: Campaign) -> _Campaigns:
        return self._campaigns.setdefault(campaign.id, _Campaigns())
