"""The demo hospital's formulary, written from public facts and marked as demo: nobody is to be treated by it.

Codes are those of the WHO ATC/DDD Index; the maxima are what the British National Formulary or the manufacturer's label
gives for adults with normal kidneys, left out where it depends on too much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from uuid import UUID

from hisdesk.access.action import new_id

SOURCE = "Demo data. ATC code: WHO ATC/DDD Index. Adult maximum: BNF or the manufacturer's label"

# name (other names) | ATC | form | strengths, with the pack where it can't be parted | route | most at once / a day
# A combination names its substances with + between, and counts its strength by the first one.
_MEDICINES = """
paracetamol (acetaminophen) | N02BE01 | tablet | 500 mg | oral | 1000/4000
paracetamol (acetaminophen) | N02BE01 | oral suspension | 120 mg/5 mL x100, 250 mg/5 mL x100 | oral | 1000/4000
ibuprofen | M01AE01 | tablet | 200 mg, 400 mg | oral | 800/2400
ibuprofen | M01AE01 | oral suspension | 100 mg/5 mL x100 | oral | 800/2400
naproxen | M01AE02 | tablet | 250 mg, 500 mg | oral | 750/1250
diclofenac | M01AB05 | gastro-resistant tablet | 25 mg, 50 mg | oral | 75/150
indometacin (indomethacin) | M01AB01 | capsule | 25 mg | oral | 75/200
etoricoxib | M01AH05 | tablet | 60 mg, 90 mg | oral | 120/120
celecoxib | M01AH01 | capsule | 100 mg, 200 mg | oral | 200/400
aspirin (acetylsalicylic acid) | B01AC06 | tablet | 75 mg | oral | 300/300
aspirin (acetylsalicylic acid) | N02BA01 | dispersible tablet | 300 mg | oral | 900/3600
codeine | R05DA04 | tablet | 15 mg, 30 mg | oral | 60/240 | C
paracetamol + codeine (co-codamol) | N02AJ06 | tablet | 500 mg | oral | 1000/4000 | C
dihydrocodeine | N02AA08 | tablet | 30 mg | oral | 60/240 | C
tramadol | N02AX02 | capsule | 50 mg | oral | 100/400 | C
morphine | N02AA01 | modified-release tablet | 10 mg, 30 mg | oral | | C
morphine | N02AA01 | oral solution | 10 mg/5 mL x100 | oral | | C
morphine | N02AA01 | injection | 10 mg/ampoule | intravenous | | C
oxycodone | N02AA05 | capsule | 5 mg, 10 mg | oral | | C
fentanyl | N02AB03 | patch | 2.1 mg | transdermal | | C
buprenorphine | N02AE01 | patch | 5 mg | transdermal | | C
methadone | N07BC02 | oral solution | 5 mg/5 mL x100 | oral | | C
naloxone | V03AB15 | injection | 0.4 mg/ampoule | intravenous |
amoxicillin (amoxycillin) | J01CA04 | capsule | 250 mg, 500 mg | oral | 1000/3000
amoxicillin (amoxycillin) | J01CA04 | oral suspension | 125 mg/5 mL x100, 250 mg/5 mL x100 | oral | 1000/3000
amoxicillin + clavulanic acid (co-amoxiclav, augmentin) | J01CR02 | tablet | 500 mg | oral | 500/1500
phenoxymethylpenicillin (penicillin V) | J01CE02 | tablet | 250 mg | oral | 1000/4000
benzylpenicillin (penicillin G) | J01CE01 | injection | 600 mg/vial | intravenous | 2400/14400
flucloxacillin | J01CF05 | capsule | 250 mg, 500 mg | oral | 1000/4000
ampicillin | J01CA01 | injection | 500 mg/vial | intravenous | 2000/12000
piperacillin + tazobactam (tazocin) | J01CR05 | injection | 4000 mg/vial | intravenous | 4000/16000
cefalexin (cephalexin) | J01DB01 | capsule | 250 mg, 500 mg | oral | 1500/6000
cefazolin | J01DB04 | injection | 1000 mg/vial | intravenous | 2000/12000
cefuroxime | J01DC02 | tablet | 250 mg | oral | 500/1000
cefotaxime | J01DD01 | injection | 1000 mg/vial | intravenous | 2000/12000
ceftriaxone | J01DD04 | injection | 1000 mg/vial | intravenous | 4000/4000
ceftazidime | J01DD02 | injection | 1000 mg/vial | intravenous | 3000/9000
meropenem | J01DH02 | injection | 1000 mg/vial | intravenous | 2000/6000
aztreonam | J01DF01 | injection | 1000 mg/vial | intravenous | 2000/8000
doxycycline | J01AA02 | capsule | 100 mg | oral | 200/200
lymecycline | J01AA04 | capsule | 408 mg | oral | 408/816
erythromycin | J01FA01 | tablet | 250 mg | oral | 1000/4000
clarithromycin | J01FA09 | tablet | 250 mg, 500 mg | oral | 500/1000
azithromycin | J01FA10 | tablet | 250 mg, 500 mg | oral | 1000/1000
clindamycin | J01FF01 | capsule | 150 mg | oral | 450/1800
ciprofloxacin | J01MA02 | tablet | 250 mg, 500 mg | oral | 750/1500
levofloxacin | J01MA12 | tablet | 500 mg | oral | 500/1000
moxifloxacin | J01MA14 | tablet | 400 mg | oral | 400/400
nitrofurantoin | J01XE01 | modified-release capsule | 100 mg | oral | 100/200
trimethoprim | J01EA01 | tablet | 100 mg, 200 mg | oral | 200/400
sulfamethoxazole + trimethoprim (co-trimoxazole, septrin) | J01EE01 | tablet | 400 mg | oral | 1200/2400
sulfadiazine | J01EC02 | tablet | 500 mg | oral |
metronidazole | P01AB01 | tablet | 200 mg, 400 mg | oral | 2000/2400
vancomycin | J01XA01 | injection | 500 mg/vial | intravenous |
gentamicin | J01GB03 | injection | 80 mg/ampoule | intravenous |
linezolid | J01XX08 | tablet | 600 mg | oral | 600/1200
fosfomycin | J01XX01 | oral powder | 3 g | oral | 3/3
rifampicin (rifampin) | J04AB02 | capsule | 150 mg, 300 mg | oral | 1200/1200
isoniazid | J04AC01 | tablet | 100 mg | oral | 300/300
fluconazole | J02AC01 | capsule | 50 mg, 150 mg | oral | 800/800
itraconazole | J02AC02 | capsule | 100 mg | oral | 200/400
terbinafine | D01BA02 | tablet | 250 mg | oral | 250/250
nystatin | A07AA02 | oral suspension | 100000 unit/mL x30 | oral |
aciclovir (acyclovir) | J05AB01 | tablet | 200 mg, 800 mg | oral | 800/4000
valaciclovir (valacyclovir) | J05AB11 | tablet | 500 mg | oral | 1000/3000
oseltamivir | J05AH02 | capsule | 75 mg | oral | 75/150
hydroxychloroquine | P01BA02 | tablet | 200 mg | oral | 400/400
mebendazole | P02CA01 | tablet | 100 mg | oral | 100/200
omeprazole | A02BC01 | gastro-resistant capsule | 20 mg, 40 mg | oral | 40/120
lansoprazole | A02BC03 | gastro-resistant capsule | 15 mg, 30 mg | oral | 60/120
pantoprazole | A02BC02 | gastro-resistant tablet | 20 mg, 40 mg | oral | 80/160
famotidine | A02BA03 | tablet | 20 mg, 40 mg | oral | 40/80
metoclopramide | A03FA01 | tablet | 10 mg | oral | 10/30
domperidone | A03FA03 | tablet | 10 mg | oral | 10/30
ondansetron | A04AA01 | tablet | 4 mg, 8 mg | oral | 16/32
cyclizine | R06AE03 | tablet | 50 mg | oral | 50/150
loperamide | A07DA03 | capsule | 2 mg | oral | 4/16
lactulose | A06AD11 | oral solution | 3.35 g/5 mL x300 | oral |
senna (sennosides) | A06AB06 | tablet | 7.5 mg | oral | 30/30
macrogol (polyethylene glycol) | A06AD15 | oral powder | 13.125 g | oral |
mesalazine (mesalamine) | A07EC02 | gastro-resistant tablet | 400 mg | oral | 2400/4800
sulfasalazine | A07EC01 | gastro-resistant tablet | 500 mg | oral | 2000/8000
hyoscine butylbromide | A03BB01 | tablet | 10 mg | oral | 20/80
metformin | A10BA02 | tablet | 500 mg, 850 mg | oral | 1000/3000
gliclazide | A10BB09 | tablet | 80 mg | oral | 160/320
glimepiride | A10BB12 | tablet | 2 mg | oral | 6/6
sitagliptin | A10BH01 | tablet | 100 mg | oral | 100/100
empagliflozin | A10BK03 | tablet | 10 mg | oral | 25/25
dapagliflozin | A10BK01 | tablet | 10 mg | oral | 10/10
insulin glargine | A10AE04 | injection | 100 unit/mL x3 | subcutaneous |
insulin aspart | A10AB05 | injection | 100 unit/mL x3 | subcutaneous |
liraglutide | A10BJ02 | injection | 6 mg/mL x3 | subcutaneous | 1.8/1.8
levothyroxine (thyroxine) | H03AA01 | tablet | 25 microgram, 100 microgram | oral | 200/200
carbimazole | H03BB01 | tablet | 5 mg | oral | 60/60
prednisolone | H02AB06 | tablet | 5 mg | oral | 80/80
dexamethasone | H02AB02 | tablet | 2 mg | oral | 20/20
hydrocortisone | H02AB09 | injection | 100 mg/vial | intravenous |
alendronic acid (alendronate) | M05BA04 | tablet | 70 mg | oral | 70/70
colecalciferol (vitamin D3) | A11CC05 | capsule | 800 unit | oral | 4000/4000
folic acid | B03BB01 | tablet | 5 mg | oral | 15/15
ferrous sulfate (iron) | B03AA07 | tablet | 200 mg | oral | 200/600
hydroxocobalamin (vitamin B12) | B03BA03 | injection | 1 mg/ampoule | intramuscular | 1/1
potassium chloride | A12BA01 | modified-release tablet | 600 mg | oral |
allopurinol | M04AA01 | tablet | 100 mg, 300 mg | oral | 300/900
colchicine | M04AC01 | tablet | 0.5 mg | oral | 1/2
methotrexate | L04AX03 | tablet | 2.5 mg | oral | 25/25
azathioprine | L04AX01 | tablet | 50 mg | oral |
ciclosporin (cyclosporine) | L04AD01 | capsule | 100 mg | oral |
tacrolimus | L04AD02 | capsule | 1 mg | oral |
bisoprolol | C07AB07 | tablet | 2.5 mg, 5 mg | oral | 20/20
atenolol | C07AB03 | tablet | 50 mg | oral | 100/100
metoprolol | C07AB02 | tablet | 50 mg | oral | 200/400
propranolol | C07AA05 | tablet | 40 mg | oral | 160/320
amlodipine | C08CA01 | tablet | 5 mg, 10 mg | oral | 10/10
nifedipine | C08CA05 | modified-release tablet | 30 mg | oral | 90/90
diltiazem | C08DB01 | modified-release capsule | 120 mg | oral | 360/360
verapamil | C08DA01 | tablet | 80 mg | oral | 160/480
ramipril | C09AA05 | capsule | 2.5 mg, 5 mg | oral | 10/10
lisinopril | C09AA03 | tablet | 10 mg, 20 mg | oral | 80/80
enalapril | C09AA02 | tablet | 10 mg | oral | 40/40
losartan | C09CA01 | tablet | 50 mg | oral | 100/100
candesartan | C09CA06 | tablet | 8 mg | oral | 32/32
valsartan | C09CA03 | tablet | 80 mg | oral | 320/320
sacubitril + valsartan (entresto) | C09DX04 | tablet | 49 mg | oral | 97/194
furosemide (frusemide) | C03CA01 | tablet | 20 mg, 40 mg | oral | /2000
bumetanide | C03CA02 | tablet | 1 mg | oral | 5/5
bendroflumethiazide | C03AA01 | tablet | 2.5 mg | oral | 10/10
indapamide | C03BA11 | tablet | 2.5 mg | oral | 2.5/2.5
spironolactone | C03DA01 | tablet | 25 mg | oral | 400/400
doxazosin | C02CA04 | tablet | 4 mg | oral | 16/16
glyceryl trinitrate (nitroglycerin, GTN) | C01DA02 | spray | 400 microgram/spray x200 | sublingual | 800/
isosorbide mononitrate | C01DA14 | tablet | 20 mg | oral | 40/120
ivabradine | C01EB17 | tablet | 5 mg | oral | 7.5/15
digoxin | C01AA05 | tablet | 62.5 microgram, 125 microgram | oral | 500/500
amiodarone | C01BD01 | tablet | 200 mg | oral | 200/600
flecainide | C01BC04 | tablet | 100 mg | oral | 150/400
simvastatin | C10AA01 | tablet | 20 mg, 40 mg | oral | 80/80
atorvastatin | C10AA05 | tablet | 20 mg, 40 mg | oral | 80/80
rosuvastatin | C10AA07 | tablet | 10 mg | oral | 40/40
pravastatin | C10AA03 | tablet | 20 mg | oral | 40/40
ezetimibe | C10AX09 | tablet | 10 mg | oral | 10/10
fenofibrate | C10AB05 | capsule | 200 mg | oral | 267/267
gemfibrozil | C10AB04 | tablet | 600 mg | oral | 600/1500
warfarin | B01AA03 | tablet | 1 mg, 5 mg | oral |
apixaban | B01AF02 | tablet | 2.5 mg, 5 mg | oral | 10/20
rivaroxaban | B01AF01 | tablet | 15 mg, 20 mg | oral | 20/30
dabigatran | B01AE07 | capsule | 150 mg | oral | 220/300
enoxaparin | B01AB05 | injection | 40 mg/ampoule | subcutaneous |
clopidogrel | B01AC04 | tablet | 75 mg | oral | 600/600
ticagrelor | B01AC24 | tablet | 90 mg | oral | 180/180
tranexamic acid | B02AA02 | tablet | 500 mg | oral | 1500/4500
salbutamol (albuterol) | R03AC02 | inhaler | 100 microgram/puff x200 | inhalation | 1000/
salbutamol (albuterol) | R03AC02 | nebuliser solution | 2.5 mg/ampoule | inhalation | 5/
salmeterol | R03AC12 | inhaler | 25 microgram/puff x120 | inhalation | 100/200
formoterol + budesonide (symbicort) | R03AK07 | inhaler | 6 microgram/puff x120 | inhalation | 36/72
beclometasone (beclomethasone) | R03BA01 | inhaler | 100 microgram/puff x200 | inhalation | 1000/2000
budesonide | R03BA02 | inhaler | 200 microgram/puff x100 | inhalation | 800/1600
fluticasone | R01AD08 | nasal spray | 50 microgram/spray x150 | nasal | 200/400
ipratropium | R03BB01 | inhaler | 20 microgram/puff x200 | inhalation | 40/160
tiotropium | R03BB04 | inhaler | 2.5 microgram/puff x60 | inhalation | 5/5
montelukast | R03DC03 | tablet | 10 mg | oral | 10/10
theophylline | R03DA04 | modified-release tablet | 200 mg | oral | 400/800
cetirizine | R06AE07 | tablet | 10 mg | oral | 10/10
loratadine | R06AX13 | tablet | 10 mg | oral | 10/10
chlorphenamine (chlorpheniramine) | R06AB04 | tablet | 4 mg | oral | 4/24
fexofenadine | R06AX26 | tablet | 120 mg | oral | 180/180
adrenaline (epinephrine) | C01CA24 | injection | 1 mg/ampoule | intramuscular | 1/
sertraline | N06AB06 | tablet | 50 mg, 100 mg | oral | 200/200
citalopram | N06AB04 | tablet | 20 mg | oral | 40/40
escitalopram | N06AB10 | tablet | 10 mg | oral | 20/20
fluoxetine | N06AB03 | capsule | 20 mg | oral | 60/60
paroxetine | N06AB05 | tablet | 20 mg | oral | 60/60
venlafaxine | N06AX16 | modified-release capsule | 75 mg | oral | 375/375
duloxetine | N06AX21 | gastro-resistant capsule | 30 mg, 60 mg | oral | 120/120
mirtazapine | N06AX11 | tablet | 15 mg | oral | 45/45
amitriptyline | N06AA09 | tablet | 10 mg, 25 mg | oral | 75/150
phenelzine | N06AF03 | tablet | 15 mg | oral | 30/90
lithium carbonate (lithium) | N05AN01 | modified-release tablet | 400 mg | oral |
haloperidol | N05AD01 | tablet | 1.5 mg | oral | 10/20
olanzapine | N05AH03 | tablet | 5 mg | oral | 20/20
quetiapine | N05AH04 | tablet | 25 mg, 100 mg | oral | 400/800
risperidone | N05AX08 | tablet | 1 mg | oral | 8/16
clozapine | N05AH02 | tablet | 100 mg | oral | 450/900
diazepam | N05BA01 | tablet | 5 mg | oral | 20/30 | C
lorazepam | N05BA06 | tablet | 1 mg | oral | 4/4 | C
midazolam | N05CD08 | injection | 10 mg/ampoule | intravenous | | C
zopiclone | N05CF01 | tablet | 7.5 mg | oral | 7.5/7.5 | C
carbamazepine | N03AF01 | tablet | 200 mg | oral | 800/2000
phenytoin | N03AB02 | capsule | 100 mg | oral |
sodium valproate (valproate, valproic acid) | N03AG01 | gastro-resistant tablet | 500 mg | oral | /2500
lamotrigine | N03AX09 | tablet | 25 mg, 100 mg | oral | 350/700
levetiracetam | N03AX14 | tablet | 500 mg | oral | 1500/3000
gabapentin | N02BF01 | capsule | 300 mg | oral | 1200/3600 | C
pregabalin | N02BF02 | capsule | 75 mg | oral | 300/600 | C
levodopa + carbidopa (co-careldopa) | N04BA02 | tablet | 100 mg | oral |
sumatriptan | N02CC01 | tablet | 50 mg | oral | 100/300
donepezil | N06DA02 | tablet | 10 mg | oral | 10/10
baclofen | M03BX01 | tablet | 10 mg | oral | 30/100
sildenafil | G04BE03 | tablet | 50 mg | oral | 100/100
tamsulosin | G04CA02 | modified-release capsule | 0.4 mg | oral | 0.4/0.4
finasteride | G04CB01 | tablet | 5 mg | oral | 5/5
oxybutynin | G04BD04 | tablet | 5 mg | oral | 5/20
ethinylestradiol + levonorgestrel | G03AA07 | tablet | 0.03 mg | oral | 0.03/0.03
levonorgestrel | G03AD01 | tablet | 1.5 mg | oral | 3/3
estradiol | G03CA03 | patch | 3.2 mg | transdermal |
lidocaine (lignocaine) | N01BB02 | injection | 200 mg/ampoule | subcutaneous | 200/
timolol | S01ED01 | eye drops | 2.5 mg/mL x5 | ophthalmic |
latanoprost | S01EE01 | eye drops | 50 microgram/mL x2.5 | ophthalmic |
chloramphenicol | S01AA01 | eye drops | 5 mg/mL x10 | ophthalmic |
hydrocortisone | D07AA02 | cream | 10 mg/g x30 | topical |
betamethasone | D07AC01 | cream | 1 mg/g x30 | topical |
clotrimazole | D01AC01 | cream | 10 mg/g x20 | topical |
fusidic acid | D06AX01 | cream | 20 mg/g x30 | topical |
acetazolamide | S01EC01 | tablet | 250 mg | oral | 500/1000
sodium chloride | B05BB01 | infusion | 9 mg/mL x1000 | intravenous |
glucose (dextrose) | B05BA03 | infusion | 50 mg/mL x1000 | intravenous |
"""

# code | name | what an allergy may be recorded as | members | source
_GROUPS = """
penicillins | penicillins | penicillin; beta lactam; augmentin; co-amoxiclav; tazocin | J01C | BNF, Penicillins
cephalosporins | cephalosporins | cephalosporin; cefalosporin; beta lactam | J01DB; J01DC; J01DD; J01DE \
| BNF, Cephalosporins
carbapenems | carbapenems | carbapenem; beta lactam | J01DH | BNF, Carbapenems
sulfonamides | sulfonamide antibacterials | sulfonamide; sulphonamide; sulfa; sulpha; septrin; bactrim; co-trimoxazole \
| J01E; sulfamethoxazole; sulfadiazine; sulfasalazine | BNF, Co-trimoxazole
nsaids | NSAIDs | nsaid; non-steroidal; anti-inflammatory; aspirin; ibuprofen | M01A; N02BA; B01AC06 \
| BNF, Non-steroidal anti-inflammatory drugs
opioids | opioids | opioid; opiate; narcotic | N02A; R05DA; N07BC; codeine; morphine | BNF, Opioids
macrolides | macrolides | macrolide | J01FA | BNF, Macrolides
tetracyclines | tetracyclines | tetracycline | J01AA | BNF, Tetracyclines
quinolones | quinolones | quinolone; fluoroquinolone | J01MA | BNF, Quinolones
aminoglycosides | aminoglycosides | aminoglycoside | J01G | BNF, Aminoglycosides
ace-inhibitors | ACE inhibitors | ace inhibitor; acei | C09A; C09B; sacubitril | BNF, Renin-angiotensin system drugs
statins | statins | statin | C10AA | BNF, Statins
local-anaesthetics | amide local anaesthetics | local anaesthetic; local anesthetic | N01BB | BNF, Anaesthesia (local)
heparins | heparins | heparin | B01AB | BNF, Heparinoids
antiepileptics | aromatic antiepileptics | anticonvulsant hypersensitivity | N03AB02; N03AF01; N03AX09 | BNF, Epilepsy
thiazides | thiazides and related diuretics | thiazide | C03A; C03BA11 | BNF, Thiazides and related diuretics
iodine | iodine-containing antiarrhythmics | iodine | C01BD01 | FDA label of amiodarone
"""

# group | other group | severity | what happens | source
_CROSSES = """
penicillins | cephalosporins | caution | Some people who are allergic to penicillins react to cephalosporins as well; \
after an immediate reaction avoid first-generation ones. | BNF, Cephalosporins
penicillins | carbapenems | caution | Few people who are allergic to penicillins react to carbapenems; not after an \
immediate reaction without advice. | BNF, Carbapenems
cephalosporins | carbapenems | caution | Cross-reactivity between cephalosporins and carbapenems is possible. \
| BNF, Carbapenems
sulfonamides | thiazides | caution | Thiazides are sulfonamide derivatives; cross-reactivity is rare. \
| FDA label of hydrochlorothiazide
"""


@dataclass(frozen=True)
class DemoMedicine:
    """One strength, with the columns of the table."""

    name: str
    substances: list[str]
    also: list[str]
    atc: str
    form: str
    strength_value: Decimal
    strength_unit: str
    strength_per: Decimal
    unit: str
    pack_size: Decimal | None
    route: str
    max_dose_value: Decimal | None
    max_daily_value: Decimal | None
    controlled: bool
    id: UUID = field(default_factory=new_id)
    source: str = SOURCE


_COUNTED = {"oral powder": "sachet", "suppository": "suppository", "patch": "patch", "lozenge": "lozenge"}


@cache
def medicines() -> tuple[DemoMedicine, ...]:
    """Every strength of every form."""
    return tuple(
        _medicine(cells, strength.strip()) for cells in _rows(_MEDICINES, 7) for strength in cells[3].split(",")
    )


def _medicine(cells: list[str], strength: str) -> DemoMedicine:
    said, _, also = cells[0].rstrip(")").partition("(")
    amount, _, pack = strength.partition(" x")
    amount, _, per = amount.partition("/")
    value, unit = amount.split(" ")
    per_value, _, counted = per.rpartition(" ")
    form = cells[2]
    most, _, daily = cells[5].partition("/")
    return DemoMedicine(
        name=" / ".join(part.strip() for part in said.split("+")),
        substances=[part.strip().lower() for part in said.split("+")],
        also=[part.strip() for part in also.split(",") if part.strip()],
        atc=cells[1],
        form=form,
        strength_value=Decimal(value),
        strength_unit=unit,
        strength_per=Decimal(per_value or 1),
        unit=counted or _COUNTED.get(form) or ("capsule" if "capsule" in form else "tablet"),
        pack_size=Decimal(pack) if pack else None,
        route=cells[4],
        max_dose_value=Decimal(most) if most else None,
        max_daily_value=Decimal(daily) if daily else None,
        controlled=cells[6] == "C",
    )


@cache
def groups() -> tuple[dict[str, object], ...]:
    """What allergies are recorded as."""
    return tuple(
        {
            "id": new_id(),
            "code": code,
            "name": name,
            "names": [each.strip() for each in names.split(";")],
            "members": [each.strip() for each in members.split(";")],
            "source": f"Demo data. {source}",
        }
        for code, name, names, members, source in _rows(_GROUPS, 5)
    )


@cache
def crosses() -> tuple[dict[str, object], ...]:
    """Which groups react with which."""
    keys = {group["code"]: group["id"] for group in groups()}
    return tuple(
        {
            "id": new_id(),
            "group_id": keys[one],
            "other_id": keys[other],
            "severity": severity,
            "effect": effect,
            "source": f"Demo data. {source}",
        }
        for one, other, severity, effect, source in _rows(_CROSSES, 5)
    )


def _rows(text: str, cells: int) -> list[list[str]]:
    """The lines of a table, each with so many cells; missing ones at the end are empty."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [row + [""] * (cells - len(row)) for row in rows]
