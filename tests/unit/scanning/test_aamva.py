"""Licence barcodes as issuers really write them: all versions, wrong headers, missing separators."""

from __future__ import annotations

import pytest

from hisdesk.scanning import aamva

STANDARD = (
    "@\n\x1e\rANSI 636000100102DL00410278ZV03190008DLDAQT64235789\nDCSSAMPLE\nDDEN\nDACMICHAEL\nDDFN\nDADJOHN\nDDGN\n"
    "DCUJR\nDCAD\nDCBK\nDCDPH\nDBD06062019\nDBB06061986\nDBA12102024\nDBC1\nDAU068 in\nDAYBRO\nDAG2300 WE"
    "ST BROAD STREET\n"
    "DAIRICHMOND\nDAJVA\nDAK232690000  \nDCF2424244747474786102204\nDCGUSA\nDCK123456789\nDDAF\nDDB060620"
    "18\nDDC06062020\n"
    "DDD1\rZVZVA01\r"
)


def test_the_standards_own_example() -> None:
    licence = aamva.parse(STANDARD)
    assert (licence.kind, licence.version, licence.issuer) == ("DL", 10, 636000)
    assert licence.fields == {
        "family_name": "SAMPLE",
        "given_names": "MICHAEL JOHN",
        "suffix": "JR",
        "birth_date": "1986-06-06",
        "sex": "M",
        "document_number": "T64235789",
        "issuing_state": "VA",
        "issued_on": "2019-06-06",
        "expires_on": "2024-12-10",
        "street": "2300 WEST BROAD STREET",
        "city": "RICHMOND",
        "region": "VA",
        "postcode": "23269",
        "country": "USA",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "@\n\x1e\rAAMVA6360030101DL00290175DLDAQT-520-098-009-843\nDAADOE,SUE,ANN,\nDAG9 FAKE DR\nDAIANYTOWN"
            "\nDAJMD\n"
            "DAK12345\nDBB19700102\n",
            {"family_name": "DOE", "given_names": "SUE ANN", "birth_date": "1970-01-02", "issuing_state": "MD"},
            id="version 1, whole name in one element, year first",
        ),
        pytest.param(
            "@\n\nAAMVA36004001DL00280200DLDABLAKE\nDACPAT\nDADLEE\nDAE\nDAL31 A DR\nDAM\nDANRALEIGH\nDAONC\nDAP2"
            "7614-7307\n"
            "DAQ27475304\nDBA06-05-2019\nDBB06-05-1951\nDBCF\nDBD07-18-2012\n",
            {"family_name": "LAKE", "given_names": "PAT LEE", "birth_date": "1951-06-05", "issuing_state": "NC",
             "street": "31 A DR", "city": "RALEIGH", "postcode": "27614-7307", "sex": "F", "expires_on": "2019-06-05"},
            id="five-digit issuer, residence elements, dashes",
        ),
        pytest.param(
            "@\nANSI 6360300102DL00390191ZM02300053DLDAQX100097001DAATEST,FIRST, ,DAG123 ABC ST 2ND FLDAIST LOUIS"
            "DAJMO"
            "DAK633010000DBA20180204DBB19810809DBCMDBD20110630\nZMZMAST LOUIS CITY",
            {"family_name": "TEST", "given_names": "FIRST", "document_number": "X100097001",
             "street": "123 ABC ST 2ND FL",
             "city": "ST LOUIS", "birth_date": "1981-08-09", "issued_on": "2011-06-30"},
            id="no separators at all",
        ),
        pytest.param(
            "@\n\x1e\rANSI 636018090002ID00410241ZI02820014IDDAQ436AS0669\nDCSSAMPLE\nDACPROFILE\nDADNONE\nDBD010"
            "82020\n"
            "DBB01011985\nDBA01082028\nDBC2\nDAG800 SAMPLE WAY\nDAHAPT 4\nDAIAMES\nDAJIA\nDAK500101234  \n"
            "DCGUSA\rZIZIA\r",
            {"given_names": "PROFILE", "street": "800 SAMPLE WAY, APT 4", "postcode": "50010-1234", "sex": "F"},
            id="identification card, second street line, NONE as middle name",
        ),
        pytest.param(
            "@\n\x1e\rANSI 604432030001DL00310200DLDCSTREMBLAY\nDCTMARIE,EVE\nDBB19900315\nDBA20300315\nDBD202003"
            "15\nDBC2\n"
            "DAQ123456-789\nDAG1 RUE X\nDAICALGARY\nDAJAB\nDAKT2P 1J9\nDCGCAN\r",
            {"given_names": "MARIE EVE", "birth_date": "1990-03-15", "country": "CAN", "postcode": "T2P 1J9"},
            id="Canada, version 3 given names",
        ),
    ],
)  # fmt: skip
def test_issuers_variations(text: str, expected: dict[str, str]) -> None:
    fields = aamva.parse(text).fields
    assert {name: fields.get(name) for name in expected} == expected


def test_an_identification_card_is_told_from_a_licence() -> None:
    assert aamva.parse(STANDARD.replace("0102DL", "0102ID").replace("DLDAQ", "IDDAQ")).kind == "ID"


@pytest.mark.parametrize("text", ["", "This is PDF417", "1234567890", "ANSI is a standards body"])
def test_other_barcodes_are_no_licence(text: str) -> None:
    assert not aamva.is_licence(text)
    with pytest.raises(ValueError, match="AAMVA"):
        aamva.parse(text)
