"""Seller and buyer in CII (BG-4, BG-7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .element import group, leaf, one_line

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import Address, Buyer, Seller

    from .element import Element


def write_seller(agreement: Element, seller: Seller, *, with_vat_id: bool) -> None:
    party = group(agreement, "ram:SellerTradeParty")
    leaf(party, "ram:ID", seller.identifier)
    leaf(party, "ram:Name", seller.name)
    leaf(party, "ram:Description", _legal(seller))
    # BT-30: the bare number if it is known, else the entry as it stands on paper.
    if registered := one_line(seller.register_number or seller.register_entry):
        organization = group(party, "ram:SpecifiedLegalOrganization")
        leaf(organization, "ram:ID", registered)
    _contact(party, name=seller.contact_name, phone=seller.phone, email=seller.email)
    _address(party, seller.address)
    _electronic(party, seller.electronic_address, seller.electronic_scheme)
    _registration(party, seller.vat_id if with_vat_id else "", "VA")
    _registration(party, seller.tax_number, "FC")


def write_buyer(agreement: Element, buyer: Buyer, *, with_vat_id: bool) -> None:
    party = group(agreement, "ram:BuyerTradeParty")
    leaf(party, "ram:ID", buyer.customer_number)
    leaf(party, "ram:Name", buyer.name)
    _contact(party, name=buyer.contact_name)
    _address(party, buyer.address)
    _electronic(party, buyer.electronic_address, buyer.electronic_scheme)
    _registration(party, buyer.vat_id if with_vat_id else "", "VA")


def _legal(seller: Seller) -> str:
    """Say who is behind the firm (BT-33): register and managers, as on paper."""
    return ", ".join(text for text in (seller.register_entry, seller.managers) if text)


def _contact(party: Element, *, name: str, phone: str = "", email: str = "") -> None:
    if not one_line(name + phone + email):
        return
    contact = group(party, "ram:DefinedTradeContact")
    leaf(contact, "ram:PersonName", name)
    if one_line(phone):
        line = group(contact, "ram:TelephoneUniversalCommunication")
        leaf(line, "ram:CompleteNumber", phone)
    if one_line(email):
        mailbox = group(contact, "ram:EmailURIUniversalCommunication")
        leaf(mailbox, "ram:URIID", email)


def _address(party: Element, address: Address) -> None:
    """EN 16931 knows three lines: what is over joins the last one."""
    lines = [line for line in address.lines if one_line(line)]
    first, second, third = [*lines[:2], ", ".join(lines[2:]), "", ""][:3]
    postal = group(party, "ram:PostalTradeAddress")
    leaf(postal, "ram:PostcodeCode", address.postcode)
    leaf(postal, "ram:LineOne", first)
    leaf(postal, "ram:LineTwo", second)
    leaf(postal, "ram:LineThree", third)
    leaf(postal, "ram:CityName", address.city)
    leaf(postal, "ram:CountryID", address.country)


def _electronic(party: Element, address: str, scheme: str) -> None:
    if one_line(address):
        channel = group(party, "ram:URIUniversalCommunication")
        leaf(channel, "ram:URIID", address, schemeID=scheme)


def _registration(party: Element, number: str, scheme: str) -> None:
    if one_line(number):
        registration = group(party, "ram:SpecifiedTaxRegistration")
        leaf(registration, "ram:ID", number, schemeID=scheme)
