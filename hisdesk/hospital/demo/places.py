"""Streets, towns and insurers of the made-up people: all invented."""

from __future__ import annotations

from hisdesk.hospital.demo.names import words

STREETS = words("""
            Alder_Lane Barley_Row Beacon_Street Birch_Avenue Canal_Road Chapel_Hill Clover_Court Copper_Street
            Cooper's_Yard Dovecote_Lane Elm_Crescent Fennel_Way Ferry_Road Foundry_Street Garden_Walk Harbour_View
            Hazel_Close Heron_Drive Ivy_Terrace Juniper_Road Kiln_Lane Lantern_Street Larch_Avenue Linden_Grove
            Mallow_Street Maple_Rise Market_Row Mill_Brook_Road Nettle_Lane Old_Tannery_Road Orchard_Street
            Osier_Way Pebble_Lane Plover_Close Quarry_Hill Quince_Court Reed_Street River_Walk Rowan_Avenue
            Saddler's_Row Sluice_Road Sorrel_Drive Station_Parade Swallow_Street Thistle_Road Weaver_Street
            Willow_Bank Yarrow_Lane
            """)
# town, region, beginning of its postcodes
TOWNS = tuple(
    tuple(t.split("/"))
    for t in words("""
            Northmere/Lakeshire/101 Eastvale/Lakeshire/102 Port_Alder/Lakeshire/104 Wexcombe/Lakeshire/105
            Saint_Orrin/Marrowdale/201 Kingsferry/Marrowdale/203 Tarnbridge/Marrowdale/204
            Harrowgate_Mills/Marrowdale/207 Oldhaven/Westmarch/301 Brackenford/Westmarch/302
            Silverton_Bay/Westmarch/305 Dunmoor/Westmarch/309 Fallow_Green/Eastmarch/401 Rushwater/Eastmarch/403
            Cranbrook_Heath/Eastmarch/404 Little_Sedge/Eastmarch/406
            """)
)
INSURERS = (
    ("Blue Harbour Health", ("PPO Gold", "PPO Silver", "HMO Basic")),
    ("Northmere Mutual", ("Family Plan", "Standard", "Senior Care")),
    ("Meridian Care", ("Choice 500", "Choice 1500")),
    ("Lakeshire County Plan", ("Public A", "Public B")),
    ("Oakfield Assurance", ("Premier", "Essential")),
    ("Tarn & Vale Insurance", ("Comfort", "Comfort Plus")),
)
