from datetime import datetime

from reminder_service.domain.state import Contact
from reminder_service.store import Store

ZHAO = Contact(
    unit="县民政局", name="赵某", department="儿童福利科", address="zhao@example.cn", phone="6960001"
)
QIAN = Contact(unit="县民政局", name="钱某", address="qian@example.cn", order=1)
SUN = Contact(unit="县司法局", name="孙某", phone="6960002")


def test_contacts_come_back_in_the_order_they_are_to_be_tried(store: Store) -> None:
    store.contacts.upsert([QIAN, SUN, ZHAO], {"县民政局": ["民政局", "县民政"]})
    assert store.contacts.all() == [SUN, ZHAO, QIAN]
    assert store.contacts.aliases() == {"县民政局": ("县民政", "民政局")}


def test_the_same_list_twice_changes_nothing(store: Store) -> None:
    for _ in range(2):
        store.contacts.upsert([ZHAO, QIAN, SUN], {"县民政局": ["民政局"]})
        store.contacts.add_aliases("县民政局", ["民政局"])
    for _ in range(2):
        store.contacts.replace_all([ZHAO, QIAN, SUN], {"县民政局": ["民政局"]})
    assert store.contacts.all() == [SUN, ZHAO, QIAN]
    assert store.contacts.aliases() == {"县民政局": ("民政局",)}


def test_addresses_are_compared_without_case(store: Store) -> None:
    shouted = Contact(unit="县民政局", name="赵科长", address=" Zhao@Example.CN ")
    store.contacts.upsert([ZHAO, shouted])
    (contact,) = store.contacts.all()
    assert (contact.address, contact.name) == ("zhao@example.cn", "赵科长")


def test_several_persons_of_a_unit_may_have_no_address(store: Store) -> None:
    li = Contact(unit="县司法局", name="李某", order=1)
    store.contacts.upsert([SUN, li])
    store.contacts.upsert([SUN, li])
    assert store.contacts.all() == [SUN, li]


def test_one_person_may_serve_two_units(store: Store) -> None:
    both = [ZHAO, Contact(unit="县残联", name="赵某", address="zhao@example.cn")]
    store.contacts.upsert(both)
    assert len(store.contacts.all()) == 2


def test_a_new_list_forgets_who_left_but_not_whom_a_person_confirmed(store: Store, now: datetime) -> None:
    store.contacts.upsert([ZHAO, QIAN], {"县民政局": ["民政局"]})
    assert store.contacts.remember("县民政局", "Private@Example.com", now)
    assert not store.contacts.remember("县民政局", "private@example.com", now)
    store.contacts.replace_all([QIAN])
    assert [contact.address for contact in store.contacts.all()] == ["qian@example.cn", "private@example.com"]
    assert store.contacts.aliases() == {}


def test_once_a_list_names_an_address_the_list_answers_for_it(store: Store, now: datetime) -> None:
    store.contacts.remember("县民政局", "zhao@example.cn", now)
    store.contacts.replace_all([ZHAO])
    store.contacts.replace_all([QIAN])
    assert store.contacts.all() == [QIAN]


def test_a_bounce_stays_known_until_it_is_cleared(store: Store, now: datetime) -> None:
    store.contacts.upsert([ZHAO, QIAN])
    assert store.contacts.mark_bounced("ZHAO@example.cn", now, "550") == 1
    store.contacts.replace_all([ZHAO, QIAN])
    assert [contact.bounced for contact in store.contacts.all()] == [True, False]
    assert store.contacts.clear_bounced("zhao@example.cn") == 1
    assert [contact.bounced for contact in store.contacts.all()] == [False, False]
    assert store.contacts.mark_bounced("nobody@example.cn", now, "550") == 0


def test_bounces_survive_being_written_back(store: Store, now: datetime) -> None:
    store.contacts.upsert([ZHAO])
    store.contacts.mark_bounced("zhao@example.cn", now, "550")
    bounced = store.contacts.all()
    store.contacts.replace_all([])
    store.contacts.replace_all(bounced)
    assert store.contacts.all() == bounced
