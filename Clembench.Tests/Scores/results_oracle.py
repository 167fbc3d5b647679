"""Makes the evaluation's table of raw scores with pandas, for a comparison with ours.

Reads one JSON document: {"rows": [[game, model, experiment, episode, metric, value], ...], "std": bool}.
Writes one: {"raw": the long table as CSV, "csv": the leaderboard as CSV, "html": the leaderboard as HTML}.
"""

import json
import sys

import pandas as pd

NAMES = ["game", "model", "experiment", "episode", "metric", "value"]


def by_game_and_model(values, how):
    grouped = values.groupby(["game", "model"])["value"]
    return getattr(grouped, how)()


def leaderboard(raw, with_deviation):
    numbers = raw[raw.metric.isin(["Played", "Main Score"])].copy()
    numbers["value"] = pd.to_numeric(numbers["value"])
    cells = {}
    means = {"% Played": {}, "Quality Score": {}}
    for metric, column, scale in (("Played", "% Played", 100), ("Main Score", "Quality Score", 1)):
        part = numbers[numbers.metric == metric]
        for (game, model), value in (by_game_and_model(part, "mean") * scale).round(2).items():
            cells.setdefault(model, {})[(game, column)] = value
            means[column].setdefault(model, []).append(value)
        if metric == "Main Score" and with_deviation:
            for (game, model), value in by_game_and_model(part, "std").round(2).items():
                cells[model][(game, "Quality Score (std)")] = value
    for column, models in means.items():
        for model, values in models.items():
            total = pd.DataFrame({"model": model, "v": values}).groupby("model").mean().round(2)
            cells[model][("all", "Average " + column)] = total["v"].iloc[0]
    table = pd.DataFrame.from_dict(cells, orient="index")
    table.columns = pd.MultiIndex.from_tuples(table.columns)
    table = table.sort_index(axis=1).sort_index()
    total = (table[("all", "Average % Played")] / 100 * table[("all", "Average Quality Score")]).round(2)
    table.insert(0, ("-", "clemscore"), total)
    table.columns = [", ".join(name) for name in table.columns]
    table.index.name = None
    return table


def main():
    question = json.load(sys.stdin)
    # Row by row: what a column of numbers looks like depends on what came before a row.
    raw = pd.DataFrame(columns=NAMES)
    for row in question["rows"]:
        raw.loc[len(raw)] = row
    played = raw[raw.metric == "Aborted"].copy()
    played["metric"] = "Played"
    played["value"] = 1 - played["value"]
    raw = pd.concat([raw, played], ignore_index=True)
    table = leaderboard(raw, question["std"])
    json.dump({"raw": raw.to_csv(), "csv": table.to_csv(), "html": table.to_html()}, sys.stdout)


main()
