"""Pairs of the demo formulary that interact: public facts in own words, with their source, marked as demo.

Each side is a substance or the beginning of an ATC code. What is not here reads "not checked", not "harmless".
"""

from __future__ import annotations

from functools import cache

from hisdesk.access.action import new_id

_BNF = "BNF, Interactions"

# one side | other side | stop or caution | what happens and what to do | source, BNF where none is named
_PAIRS = """
warfarin | M01A | stop | Bleeding: NSAIDs irritate the stomach and hinder platelets on top of the anticoagulant.
warfarin | aspirin | caution | Bleeding is more likely. Only with a clear reason, and watch for it.
warfarin | J01FA | caution | INR may rise. Check it within 3 to 5 days and after the course.
warfarin | doxycycline | caution | INR may rise. Check it within 3 to 5 days and after the course.
warfarin | J01MA | caution | INR may rise. Check it within 3 to 5 days and after the course.
warfarin | metronidazole | stop | INR rises markedly. Choose another one, or lower the dose and check INR within days.
warfarin | sulfamethoxazole | stop | INR rises markedly. Choose another one, or lower the dose and check INR in days.
warfarin | fluconazole | stop | INR rises markedly, also after a single dose. Check INR within days.
warfarin | amiodarone | caution | INR rises slowly over weeks. Lower the dose by a third to a half; check INR weekly.
warfarin | rifampicin | caution | INR falls, and rises again weeks after the end. Check it often.
warfarin | carbamazepine | caution | INR falls. Check it when starting and stopping.
warfarin | phenytoin | caution | INR and phenytoin level may change either way. Check both.
warfarin | levothyroxine | caution | INR rises as the thyroid function returns. Check it when the dose changes.
warfarin | tramadol | caution | INR may rise. Check it within a week.
warfarin | N06AB | caution | Bleeding is more likely without a change of the INR.
warfarin | clopidogrel | caution | Bleeding is more likely. Only with a clear reason.
warfarin | B01AF | stop | Two anticoagulants. Only while changing over, with a plan.
warfarin | dabigatran | stop | Two anticoagulants. Only while changing over, with a plan.
warfarin | enoxaparin | caution | Two anticoagulants. Stop the heparin once INR is in range.
warfarin | simvastatin | caution | INR may rise a little. Check it when starting.
warfarin | azathioprine | caution | INR falls. Check it when the dose changes.
apixaban | M01A | caution | Bleeding is more likely. Avoid together; if not possible, protect the stomach.
rivaroxaban | M01A | caution | Bleeding is more likely. Avoid together; if not possible, protect the stomach.
dabigatran | M01A | caution | Bleeding is more likely. Avoid together; if not possible, protect the stomach.
apixaban | aspirin | caution | Bleeding is more likely. Only with a clear reason.
rivaroxaban | aspirin | caution | Bleeding is more likely. Only with a clear reason.
apixaban | rifampicin | stop | Apixaban level falls: no reliable protection. | FDA label of apixaban
rivaroxaban | rifampicin | stop | Rivaroxaban level falls: no reliable protection. | FDA label of rivaroxaban
dabigatran | rifampicin | stop | Dabigatran level falls: no reliable protection. | FDA label of dabigatran
apixaban | carbamazepine | stop | Apixaban level falls: no reliable protection. | FDA label of apixaban
rivaroxaban | carbamazepine | stop | Rivaroxaban level falls: no reliable protection. | FDA label of rivaroxaban
apixaban | phenytoin | stop | Apixaban level falls: no reliable protection. | FDA label of apixaban
rivaroxaban | phenytoin | stop | Rivaroxaban level falls: no reliable protection. | FDA label of rivaroxaban
dabigatran | verapamil | caution | Dabigatran level rises. Lower its dose and give both at the same time.
dabigatran | itraconazole | stop | Dabigatran level rises. Not together. | FDA label of dabigatran
rivaroxaban | itraconazole | stop | Rivaroxaban level rises. Not together. | FDA label of rivaroxaban
dabigatran | ciclosporin | stop | Dabigatran level rises. Not together.
clopidogrel | omeprazole | caution | Clopidogrel works less. Prefer pantoprazole. | FDA label of clopidogrel
clopidogrel | M01A | caution | Bleeding of the stomach is more likely.
clopidogrel | aspirin | caution | Bleeding is more likely. Intended after a stent; note until when.
ticagrelor | clarithromycin | stop | Ticagrelor level rises: bleeding. | FDA label of ticagrelor
aspirin | M01A | caution | Bleeding of the stomach; ibuprofen also weakens the protection of the heart.
aspirin | N06AB | caution | Bleeding of the stomach is more likely. Consider protecting it.
M01A | N06AB | caution | Bleeding of the stomach is more likely. Consider protecting it.
M01A | C09A | caution | Kidney function may fall and blood pressure rise. Check creatinine and potassium.
M01A | C09C | caution | Kidney function may fall and blood pressure rise. Check creatinine and potassium.
M01A | C03 | caution | The diuretic works less, and the kidneys may suffer. Check creatinine.
M01A | lithium carbonate | stop | Lithium level rises. Choose another painkiller, or check the level within a week.
M01A | methotrexate | caution | Methotrexate leaves the body more slowly. Check blood count and kidneys.
M01A | ciclosporin | caution | The kidneys may suffer. Check creatinine.
M01A | prednisolone | caution | Ulcers and bleeding of the stomach. Consider protecting it.
methotrexate | trimethoprim | stop | Both act against folate: the bone marrow may fail. | FDA label of methotrexate
methotrexate | sulfamethoxazole | stop | Both act against folate: the bone marrow may fail. | FDA label of methotrexate
methotrexate | J01C | caution | Methotrexate leaves the body more slowly. Check the blood count.
methotrexate | A02BC | caution | Methotrexate may leave the body more slowly, above all at high doses.
azathioprine | allopurinol | stop | The bone marrow may fail. Avoid, or a quarter of the dose with blood counts.
C09A | spironolactone | caution | Potassium rises. Check it after a week and after each change.
C09C | spironolactone | caution | Potassium rises. Check it after a week and after each change.
C09A | potassium chloride | caution | Potassium rises. Check it within a week.
C09C | potassium chloride | caution | Potassium rises. Check it within a week.
spironolactone | potassium chloride | stop | Potassium may rise dangerously.
C09A | trimethoprim | caution | Potassium rises, above all in old people and weak kidneys.
spironolactone | trimethoprim | stop | Potassium may rise dangerously. Choose another antibacterial.
C09A | C09C | caution | Potassium, low pressure and kidneys. Not together except in special clinics.
C09A | sacubitril | stop | Angioedema. Leave 36 hours between them. | FDA label of sacubitril and valsartan
C09A | lithium carbonate | caution | Lithium level rises. Check it weekly at first.
C09C | lithium carbonate | caution | Lithium level rises. Check it weekly at first.
C03A | lithium carbonate | stop | Lithium level rises. Avoid, or check the level weekly.
C03CA | lithium carbonate | caution | Lithium level may rise. Check it.
C03CA | gentamicin | caution | Hearing and kidneys may suffer. Check levels.
vancomycin | gentamicin | caution | The kidneys and hearing may suffer. Check creatinine and levels.
C03CA | digoxin | caution | Low potassium makes digoxin more toxic. Check potassium.
C03A | digoxin | caution | Low potassium makes digoxin more toxic. Check potassium.
digoxin | amiodarone | caution | Digoxin level doubles. Halve its dose and check the level.
digoxin | verapamil | caution | Digoxin level rises, and the heart slows. Lower the dose and check the level.
digoxin | clarithromycin | caution | Digoxin level rises. Watch for nausea and slow pulse; check the level.
digoxin | C07A | caution | The heart slows. Check pulse and ECG.
C07A | verapamil | stop | Heart block, low pressure, heart failure. | FDA label of verapamil
C07A | diltiazem | caution | The heart slows. Check pulse and ECG.
amiodarone | J01MA | caution | QT interval grows. Choose another antibacterial if possible; ECG.
amiodarone | J01FA | stop | QT interval grows: torsade de pointes. Choose another antibacterial.
amiodarone | citalopram | stop | QT interval grows: torsade de pointes. | FDA label of citalopram
amiodarone | haloperidol | stop | QT interval grows: torsade de pointes.
amiodarone | simvastatin | caution | Muscles may be damaged. At most 20 mg of simvastatin. | FDA label of simvastatin
citalopram | haloperidol | caution | QT interval grows. ECG before and after.
citalopram | J01FA | caution | QT interval grows. ECG, or another antibacterial.
citalopram | domperidone | stop | QT interval grows: torsade de pointes.
escitalopram | domperidone | stop | QT interval grows: torsade de pointes.
clarithromycin | domperidone | stop | QT interval grows, and the level of domperidone rises.
ondansetron | haloperidol | caution | QT interval grows. ECG.
simvastatin | clarithromycin | stop | Muscles may break down. Pause the statin. | FDA label of simvastatin
simvastatin | erythromycin | stop | Muscles may break down. Pause the statin. | FDA label of simvastatin
simvastatin | itraconazole | stop | Muscles may break down. Pause the statin. | FDA label of simvastatin
simvastatin | gemfibrozil | stop | Muscles may break down. Not together. | FDA label of simvastatin
simvastatin | ciclosporin | stop | Muscles may break down. Not together. | FDA label of simvastatin
simvastatin | amlodipine | caution | At most 20 mg of simvastatin a day. | FDA label of simvastatin
simvastatin | diltiazem | caution | At most 10 mg of simvastatin a day. | FDA label of simvastatin
simvastatin | verapamil | caution | At most 10 mg of simvastatin a day. | FDA label of simvastatin
atorvastatin | clarithromycin | caution | Muscles may be damaged. At most 20 mg of atorvastatin, or pause it.
atorvastatin | itraconazole | caution | Muscles may be damaged. At most 40 mg of atorvastatin, or pause it.
C10AA | fusidic acid | caution | With fusidic acid by mouth or vein the muscles may break down; the cream does no harm.
colchicine | clarithromycin | stop | Colchicine poisoning. | FDA label of colchicine
colchicine | ciclosporin | stop | Colchicine poisoning. | FDA label of colchicine
colchicine | verapamil | caution | Colchicine level rises. Lower its dose. | FDA label of colchicine
sildenafil | C01DA | stop | Blood pressure may collapse. Not within 24 hours. | FDA label of sildenafil
sildenafil | doxazosin | caution | Blood pressure may fall. Begin with 25 mg of sildenafil.
sildenafil | clarithromycin | caution | Sildenafil level rises. Begin with 25 mg.
phenelzine | N06AB | stop | Serotonin syndrome. Two weeks between them, five after fluoxetine.
phenelzine | venlafaxine | stop | Serotonin syndrome. Two weeks between them.
phenelzine | tramadol | stop | Serotonin syndrome, seizures. Two weeks between them.
phenelzine | N02CC | stop | Blood pressure may rise dangerously. Two weeks between them.
linezolid | N06AB | stop | Serotonin syndrome. | FDA label of linezolid
linezolid | venlafaxine | stop | Serotonin syndrome. | FDA label of linezolid
tramadol | N06AB | caution | Serotonin syndrome and seizures are more likely.
tramadol | venlafaxine | caution | Serotonin syndrome and seizures are more likely.
N02CC | N06AB | caution | Serotonin syndrome is possible. Tell the person what to look for.
N02A | N05BA | caution | Breathing may fail. Lowest doses, short, and tell the person. | FDA boxed warning on opioids
N02A | N05CF | caution | Breathing may fail. Lowest doses, short, and tell the person. | FDA boxed warning on opioids
N02A | gabapentin | caution | Breathing may fail. Lowest doses. | FDA safety communication on gabapentinoids, 2019
N02A | pregabalin | caution | Breathing may fail. Lowest doses. | FDA safety communication on gabapentinoids, 2019
buprenorphine | N02AA | caution | Buprenorphine weakens other opioids and may bring withdrawal.
codeine | fluoxetine | caution | Codeine may not work, since it is not turned into morphine.
codeine | paroxetine | caution | Codeine may not work, since it is not turned into morphine.
clozapine | carbamazepine | stop | The bone marrow may fail.
clozapine | ciprofloxacin | caution | Clozapine level rises. Lower its dose and check the level.
theophylline | ciprofloxacin | stop | Theophylline level rises: seizures. Choose another one, or halve the dose.
theophylline | clarithromycin | caution | Theophylline level rises. Check it.
theophylline | erythromycin | caution | Theophylline level rises. Check it.
lamotrigine | sodium valproate | caution | Lamotrigine doubles: grave rash. Halve its dose. | FDA label of lamotrigine
carbamazepine | clarithromycin | caution | Carbamazepine level rises. Check it, or choose another antibacterial.
sodium valproate | meropenem | stop | Valproate level falls within a day: seizures. Choose another antibacterial.
phenytoin | fluconazole | caution | Phenytoin level rises. Check it.
G03A | rifampicin | stop | No reliable contraception. Other methods until four weeks after the end.
G03A | carbamazepine | stop | No reliable contraception. Other methods.
G03A | phenytoin | stop | No reliable contraception. Other methods.
G03A | lamotrigine | caution | Lamotrigine level falls. Check seizures when starting and stopping.
tacrolimus | clarithromycin | stop | Tacrolimus level rises. Choose another antibacterial, or check the level.
tacrolimus | fluconazole | caution | Tacrolimus level rises. Lower the dose and check the level.
ciclosporin | clarithromycin | stop | Ciclosporin level rises. Choose another antibacterial, or check the level.
levothyroxine | ferrous sulfate | caution | Iron binds levothyroxine. Leave four hours between them.
J01MA | ferrous sulfate | caution | Iron binds the quinolone. Take it two hours before.
J01AA | ferrous sulfate | caution | Iron binds the tetracycline. Leave two to three hours between them.
metformin | cefalexin | caution | Metformin level may rise. Watch the blood glucose.
A10BB | fluconazole | caution | Blood glucose may fall. Measure it more often.
A10BB | sulfamethoxazole | caution | Blood glucose may fall. Measure it more often.
A10BB | clarithromycin | caution | Blood glucose may fall. Measure it more often.
A10A | C07A | caution | Beta-blockers hide the signs of a low blood glucose.
C07AA | R03AC | stop | A beta-blocker that acts on the lungs and a bronchodilator work against each other.
timolol | R03AC | caution | Eye drops of timolol may narrow the airways.
J01MA | prednisolone | caution | Tendons may tear, above all in old people.
C03CA | prednisolone | caution | Potassium falls. Check it.
metoclopramide | haloperidol | caution | Movement disorders are more likely.
levodopa | metoclopramide | stop | Metoclopramide works against levodopa. Choose domperidone.
levodopa | haloperidol | stop | Haloperidol works against levodopa.
donepezil | oxybutynin | caution | They work against each other.
ivabradine | clarithromycin | stop | Ivabradine level rises: the heart slows. | FDA label of ivabradine
ivabradine | verapamil | stop | The heart slows too much. | FDA label of ivabradine
"""


@cache
def interactions() -> tuple[dict[str, object], ...]:
    """Every pair as a row of the table."""
    rows = [[cell.strip() for cell in line.split("|")] for line in _PAIRS.strip().splitlines()]
    return tuple(
        {
            "id": new_id(),
            "one": row[0],
            "other": row[1],
            "severity": row[2],
            "effect": row[3],
            "source": f"Demo data. {row[4] if len(row) > 4 else _BNF}",
        }
        for row in rows
    )
