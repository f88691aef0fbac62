"""The bench: every recipe and control, and what a user would pick instead, on the same model, facts and machine.

fact_sets.py   facts and exam questions, drawn from the nursery's generator in names and words held out from training
methods.py     what is compared, and full with each of its knobs switched off
trainer.py     plain peft + transformers.Trainer in place of our training loop
keys.py        what of a recipe a life depends on
cells.py       one method, one fact set, one seed: lived through once, then looked up
apart.py       lives side by side, each in a process of its own
tuning.py      learning rate and length for the Trainer, on other facts
fiftieth.py    what a night costs after forty-nine others
rows.py        a finished cell as a row of bench.json
stats.py       pooled rates, means, paired bootstrap over facts
table.py       the rows as one table: Markdown, CSV, JSON
aims.py        what a sleep shall reach, beside what it did
tried.py       what was tried towards what it missed
run.py         what is measured, in which order
"""
