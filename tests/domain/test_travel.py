"""The travel-rule record: its shape, and the form that is hashed."""

from eth_utils.crypto import keccak

from settlement.domain.travel import Person, Side, canonical, record_hash, travel_record, travel_salt

BUYER = Side(Person("B", "Borealis", "XH"), "B", Person("K", "Küstenbank", "XH"))
SELLER = Side(Person("S", 'S "7"\n\x1f', "XF"), "S", None)


def test_the_hashed_form_is_that_of_rfc_8785() -> None:
    def legal(person: str, name: str, place: str) -> str:
        identifier = f'{{"legalPersonName":"{name}","legalPersonNameIdentifierType":"LEGL"}}'
        return (
            f'{{"legalPerson":{{"countryOfRegistration":"{place}","customerIdentification":"{person}",'
            f'"name":{{"nameIdentifier":[{identifier}]}}}}}}'
        )

    seller = legal("S", r"S \"7\"\n\u001f", "XF")
    assert canonical(travel_record(BUYER, SELLER)).decode() == (
        f'{{"beneficiary":{{"accountNumber":["S"],"beneficiaryPersons":[{seller}]}},'
        f'"originatingVASP":{{"originatingVASP":{legal("K", "Küstenbank", "XH")}}},'
        f'"originator":{{"accountNumber":["B"],"originatorPersons":[{legal("B", "Borealis", "XH")}]}},'
        '"payloadMetadata":{"payloadVersion":"101.2023"}}'
    )


def test_the_hash_is_of_salt_and_record() -> None:
    record, salt = travel_record(BUYER, SELLER), travel_salt(1, "C1")
    assert record_hash(record, salt) == keccak(salt + canonical(record))
    assert len({travel_salt(1, "C1"), travel_salt(2, "C1"), travel_salt(1, "C2")}) == 3


def test_texts_are_as_long_as_ivms101_takes_them() -> None:
    long = Side(Person("P" * 60, "N" * 200, "XF"), "P", None)
    person = travel_record(long, SELLER)["originator"]["originatorPersons"][0]["legalPerson"]
    assert person["name"]["nameIdentifier"][0]["legalPersonName"] == "N" * 100
    assert person["customerIdentification"] == "P" * 50
