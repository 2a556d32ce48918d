"""The mail accounts that the settings name: what each proves itself with, and which campaign uses which."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import SecretStr

from ..config import Service, SmtpSettings, require_password
from ..domain.campaign import Campaign
from ..domain.errors import ConfigurationError
from ..mail.oauth import SignIn
from ..mail.token_file import TokenFile

_SIGN_IN_FOLDER = "sign-in"


@dataclass(frozen=True, kw_only=True, slots=True)
class WayOut:
    """A server that mails go out by; ``address`` is what stands in the envelope and in From.

    ``section`` is where the server stands in ``service.yaml``; ``copy_to`` gets a copy of every mail, None: nobody.
    """

    section: str
    server: SmtpSettings
    address: str
    copy_to: str | None = None

    @property
    def account(self) -> str:
        """``user@host``: the name under which the store keeps how sending stands."""
        return f"{self.server.username or self.address}@{self.server.host}"

    @property
    def counted_by(self) -> str:
        """What the server counts our mails by: the login, without one all that comes, whatever address it bears."""
        return self.account if self.server.username else f"{self.server.host}:{self.server.port}"


def secret_of(service: Service, section: str) -> str | SignIn:
    """Return the password or the sign-in of a mail server.

    :param section: where it stands in ``service.yaml``, as ``imap`` or ``mailboxes.minzheng.smtp``.
    :raises ConfigurationError: if the password is missing; the sentence names the variable to set.
    """
    server = service.server(section)
    return (
        sign_in(service, section) if server and server.oauth.token_url else require_password(service, section)
    )


def sign_in(service: Service, section: str) -> SignIn:
    """Return the sign-in of a mail server, kept beside the store.

    :raises ConfigurationError: if the server has none; the sentence names the keys to set.
    """
    server = service.server(section)
    username = getattr(server, "username", None)
    if server is None or not server.oauth.token_url or not username:
        with_oauth = ", ".join(name for name, one in service.servers.items() if one.oauth.token_url) or "none"
        raise ConfigurationError(
            [
                f"service.yaml: {section}.oauth: there is no sign-in to make; set token_url, device_url, client_id "
                f"and scope there, and {section}.username (sections that have it: {with_oauth})"
            ]
        )
    oauth = server.oauth
    names = (oauth.token_url or "", oauth.client_id or "", oauth.scope or "", username)
    return SignIn(
        oauth,
        TokenFile(service.store.files.parent / _SIGN_IN_FOLDER, *names),
        username=username,
        section=section,
        client_secret=_plain(server.client_secret),
        first=_plain(server.refresh_token),
        timeout=server.timeout.total_seconds(),
    )


def way_out(service: Service, mailbox: str | None) -> WayOut | None:
    """Return the server that mails of campaigns with this mailbox go out by, None where none is configured."""
    named = service.mailboxes[mailbox] if mailbox else None
    address = (named and named.address) or service.office.address
    server, section = (
        (named.smtp, f"mailboxes.{mailbox}.smtp") if named and named.smtp else (service.smtp, "smtp")
    )
    if server is None:
        return None
    inbox = named.imap if named else service.imap
    copy_to = None
    if server.own_copy and inbox is not None:
        copy_to = inbox.username if "@" in inbox.username else address
    return WayOut(section=section, server=server, address=address, copy_to=copy_to)


def ways_out(service: Service, campaigns: Iterable[Campaign]) -> dict[WayOut, Callable[[str], bool]]:
    """Return every way out, each with whether the mails of the campaign with an id take it.

    Mails of a campaign that is configured no more take the office's own.
    """
    own = way_out(service, None)
    way_of = {campaign.id: way_out(service, campaign.mailbox) for campaign in campaigns}
    ways = dict.fromkeys(way for way in (own, *way_of.values()) if way is not None)
    return {way: partial(_takes, way, way_of, own) for way in ways}


def sharing(way: WayOut, ways: Mapping[WayOut, Callable[[str], bool]]) -> Callable[[str], bool]:
    """Return whether the mails of the campaign with an id use up the limits of this way out.

    Campaigns with addresses of their own may share an account; its limits then hold for all of them together.

    :param ways: every way out, as :func:`ways_out` gives them.
    """
    alike = [takes for other, takes in ways.items() if other.counted_by == way.counted_by]
    return lambda campaign: any(takes(campaign) for takes in alike)


def _takes(way: WayOut, way_of: Mapping[str, WayOut | None], own: WayOut | None, campaign: str) -> bool:
    return way_of.get(campaign, own) == way


def folders_of(service: Service, campaign: Campaign, campaigns: Mapping[str, Campaign]) -> tuple[str, ...]:
    """Return the folders in which a campaign's reports arrive, as health knows them.

    These are its mailbox, the mailboxes that no campaign names, and the watched folder: a unit must not be
    called missing while one of them is blind, and another office's mailbox has no part in it.
    """
    named = {one.mailbox for one in campaigns.values()} - {None}
    chosen = {
        name: names
        for name, names in service.folders_by_mailbox.items()
        if name == (campaign.mailbox or "") or (name and name not in named)
    }
    watched = (str(service.folder_mailbox.inbox),) if service.folder_mailbox.inbox else ()
    return (*(folder for names in chosen.values() for folder in names), *watched)


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
