"""Rows of tables: every one is read or set aside with its reason, none is lost."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from egards.touchpoints.inbound import Inbound, Meta, Unreadable
from egards.touchpoints.tables import Plan, Row, parse_row, read_rows, understand

PARIS_NOON_IN_UTC = datetime(2026, 3, 12, 11, 0, tzinfo=UTC)
FRENCH = (
    "Date de l’avis;Note;Titre;Commentaire;Nom;Prénom;E-mail;Téléphone;N° client;Magasin;Langue;Réf commande\r\n"
    "12/03/2026;4/5;Bien;Livraison rapide, emballage soigné.;Durand;Léa;lea@exemple.fr;06 12 34 56 78;"
    "C-12;Lyon;fr;X1\r\n"
    '13/03/2026 14h30;1/5;"Déçu ; vraiment";"Trois semaines d’attente.\r\nEt personne ne répond !";;;;;;Lille;fr;\r\n'
)
ENGLISH = (
    "review_id,rating,review_date,review_title,review_text,reviewer_name,location\n"
    "r1,9,03/25/2026,Great,Arrived two days early and well packed,Ann,Paris\n"
    "r2,2,03/12/2026,Bad,Nobody answers the phone in that shop,Bob,Paris\n"
    "r3,10,04/02/2026,Top,I would buy there again without a doubt,Cid,Nice\n"
)


def table(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def meanings(plan: Plan) -> dict[str, str]:
    return {column.meaning: column.name for column in plan.columns if column.meaning}


def read_all(path: Path, plan: Plan) -> tuple[list[Inbound], list[Row]]:
    rows = list(read_rows(path, plan))
    meta = Meta(received_at=datetime(2026, 11, 23, tzinfo=UTC), options={"plan": plan.to_json()})
    return [parse_row(row.raw, meta) for row in rows if not row.error], [row for row in rows if row.error]


def test_a_french_excel_export_is_read(tmp_path: Path) -> None:
    path = table(tmp_path, "avis.csv", FRENCH.replace("’", "'").encode("cp1252"))
    plan = understand(path)
    assert meanings(plan) == {
        "date": "Date de l'avis",
        "score": "Note",
        "title": "Titre",
        "text": "Commentaire",
        "author": "Nom",
        "given_name": "Prénom",
        "email": "E-mail",
        "phone": "Téléphone",
        "loyalty": "N° client",
        "place": "Magasin",
        "language": "Langue",
    }
    words, errors = read_all(path, plan)
    assert errors == []
    assert words[0].text == "Livraison rapide, emballage soigné."
    assert (words[0].subject, words[0].score, words[0].scale) == ("Bien", 4.0, (1.0, 5.0))
    assert words[0].happened_at == PARIS_NOON_IN_UTC
    assert [(p.role, p.address.kind, p.address.value, p.address.name) for p in words[0].parties] == [
        ("author", "email", "lea@exemple.fr", "Léa Durand"),
        ("author", "phone", "06 12 34 56 78", "Léa Durand"),
        ("author", "loyalty", "C-12", "Léa Durand"),
    ]
    assert words[0].facts == {"Réf commande": "X1", "place": "Lyon", "language": "fr", "author_name": "Léa Durand"}
    assert words[1].text == "Trois semaines d'attente.\nEt personne ne répond !"
    assert words[1].happened_at == datetime(2026, 3, 13, 13, 30, tzinfo=UTC)


def test_an_english_export_with_american_days_is_read(tmp_path: Path) -> None:
    path = table(tmp_path, "reviews.csv", ENGLISH)
    plan = understand(path)
    assert meanings(plan) == {
        "id": "review_id",
        "score": "rating",
        "date": "review_date",
        "title": "review_title",
        "text": "review_text",
        "author": "reviewer_name",
        "place": "location",
    }
    assert plan.day_order == "mdy"
    words, errors = read_all(path, plan)
    assert errors == []
    assert [word.word_id for word in words] == ["r1", "r2", "r3"]
    assert words[1].happened_at == PARIS_NOON_IN_UTC
    assert {word.scale for word in words} == {(0.0, 10.0)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_recognised(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["Date", "Avis"], ["2026-03-12", "Très déçu de l'accueil"], ["2026-03-13", "Équipe très aimable"]]
    path = table(tmp_path, "a.csv", "\n".join(delimiter.join(line) for line in lines).encode(encoding))
    words, errors = read_all(path, understand(path))
    assert errors == []
    assert [word.text for word in words] == ["Très déçu de l'accueil", "Équipe très aimable"]


def test_a_workbook_is_read_from_its_first_sheet_with_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("Avis")
    for row in (
        ("Horodatage", "Recommandation (NPS)", "Pourquoi ?"),
        (datetime(2026, 3, 12), 9, "Accueil souriant"),  # noqa: DTZ001 - a sheet knows no zone
        (datetime(2026, 3, 13, 18, 5), 3.0, "File d’attente trop longue"),  # noqa: DTZ001
        (46093.75, 10, None),
        (None, None, None),
    ):
        sheet.append(row)
    path = tmp_path / "enquete.xlsx"
    book.save(path)
    plan = understand(path)
    assert plan.shape.sheet == "Avis"
    words, errors = read_all(path, plan)
    assert errors == []
    assert [(word.score, word.scale, word.text) for word in words] == [
        (9.0, (0.0, 10.0), "Accueil souriant"),
        (3.0, (0.0, 10.0), "File d’attente trop longue"),
        (10.0, (0.0, 10.0), ""),
    ]
    assert words[0].happened_at == PARIS_NOON_IN_UTC
    assert words[1].happened_at == datetime(2026, 3, 13, 17, 5, tzinfo=UTC)
    assert words[2].happened_at == datetime(2026, 3, 12, 17, 0, tzinfo=UTC)


def test_json_lines_are_read(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "comment": "Très bon accueil en magasin", "stars": 5, "created_at": "2026-03-12T10:00:00Z"},
        {"id": "b", "comment": "Colis perdu, aucune réponse", "stars": 1, "customer": {"email": "b@exemple.fr"}},
    ]
    content = "\n".join(map(json.dumps, lines)) + '\n{"id": "c", cassé\n[1]\n{"comment": "a\\u0000\\ud800b c"}\n'
    path = table(tmp_path, "avis.jsonl", content)
    words, errors = read_all(path, understand(path))
    assert [word.word_id for word in words] == ["a", "b", ""]
    assert words[0].happened_at == datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
    assert words[1].author is not None
    assert words[1].author.address.value == "b@exemple.fr"
    assert words[2].text == "a?b c"
    assert [(row.line, row.error) for row in errors] == [
        (3, "avis.jsonl, ligne 3, ce n’est pas du JSON"),
        (4, "avis.jsonl, ligne 4, un objet JSON est attendu"),
    ]


def test_bad_rows_are_set_aside_with_file_line_and_column(tmp_path: Path) -> None:
    good = [f"2026-03-{day:02d};{1 + day % 5};Avis numéro {day}" for day in range(1, 29)]
    bad = [
        "2026-13-45;4;Date impossible",
        "2026-03-12;9;Note hors échelle",
        "2026-03-12;beaucoup;Note en lettres",
        "2026-03-12;;",
        "2026-03-12;4;trop;de;cellules",
        "2026-03-12",
        '2026-03-12;4;"jamais fermé',
    ]
    head = "\n".join(["Date;Note;Avis", *good, *bad]).encode()
    path = table(tmp_path, "avis.csv", head + b"\n2026-03-12;4;octet \xe9 seul\n2026-03-12;4;Le dernier\n")
    words, errors = read_all(path, understand(path))
    assert len(words) == 29
    assert words[-1].text == "Le dernier"
    assert [(row.line, str(row.error).split(", ", 2)[2].replace("\u202f", " ")) for row in errors] == [
        (30, "colonne « Date » : date illisible « 2026-13-45 »"),
        (31, "colonne « Note » : note 9 hors de l’échelle de 1 à 5"),
        (32, "colonne « Note » : note illisible « beaucoup »"),
        (33, "ni texte ni note"),
        (34, "5 cellule(s) au lieu de 3"),
        (35, "1 cellule(s) au lieu de 3"),
        (36, "guillemet mal fermé"),
        (37, "octets illisibles en utf-8"),
    ]
    assert all(str(row.error).startswith("avis.csv, ligne ") for row in errors)
    assert all(json.loads(row.raw) for row in errors)


def test_one_unclosed_quote_does_not_swallow_the_rows_behind_it(tmp_path: Path) -> None:
    rows = [f'{1 + n % 5};"Avis numéro {n}, très ""franc"""' for n in range(5_000)]
    rows[10] = '3;"Avis ouvert'
    rows[20] = '3;"Avis "entre guillemets" dedans"'
    path = table(tmp_path, "avis.csv", "\n".join(["Note;Avis", *rows]))
    words, errors = read_all(path, understand(path))
    assert len(words) + len(errors) == 5_000
    assert [row.line for row in errors] == [12]


def test_a_file_without_a_header_is_read(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "a.csv",
        "2026-03-12,5,Un accueil parfait\n2026-03-13,1,Personne ne répond jamais\n2026-03-14,5,Bien reçu et vite\n",
    )
    plan = understand(path)
    assert meanings(plan) == {"date": "colonne 1", "score": "colonne 2", "text": "colonne 3"}
    words, errors = read_all(path, plan)
    assert (len(words), errors) == (3, [])


def test_one_column_of_sentences_with_commas_is_one_column(tmp_path: Path) -> None:
    path = table(tmp_path, "a.txt", "Verbatim\nBien, rapide, propre\nTrop cher\nLong, très long, vraiment\n")
    words, errors = read_all(path, understand(path))
    assert [word.text for word in words] == ["Bien, rapide, propre", "Trop cher", "Long, très long, vraiment"]
    assert errors == []


def test_a_note_column_that_holds_sentences_is_the_text(tmp_path: Path) -> None:
    content = "Étoiles,Note\n5,Très content de mon achat ici\n2,Le vendeur ne m’a pas écouté\n"
    assert meanings(understand(table(tmp_path, "a.csv", content))) == {"score": "Étoiles", "text": "Note"}


def test_overrides_win_and_their_mistakes_are_told(tmp_path: Path) -> None:
    path = table(tmp_path, "a.csv", "Avis,Détail,Note\nBien,Livré en deux jours ici,4\nMal,Jamais livré chez moi,2\n")
    plan = understand(path, {"texte": "détail", "score": "Note", "scale": "0-20", "day_order": "mdy"})
    assert plan.errors == ()
    assert (plan.column("text"), plan.scale, plan.day_order) == ("Détail", (0.0, 20.0), "mdy")
    wrong = understand(path, {"text": "Absent", "couleur": "Avis", "scale": "grande", "day_order": "ymd"})
    assert len(wrong.errors) == 4
    assert "Absent" in wrong.errors[0]


def test_a_table_without_words_says_how_to_help(tmp_path: Path) -> None:
    plan = understand(table(tmp_path, "a.csv", "code,couleur\nA1,rouge\nB2,vert\n"))
    assert any("text=" in error for error in plan.errors)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vide.csv", b"\xef\xbb\xbf\r\n"),
        ("photo.png", b"\x89PNG\r\n"),
        ("faux.xlsx", b"PK\x03\x04 pas un classeur"),
        ("vieux.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ],
)
def test_what_is_no_table_is_unreadable(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(Unreadable, match=name):
        understand(table(tmp_path, name, content))


def test_short_identical_rows_are_several_people_and_long_ones_one(tmp_path: Path) -> None:
    long = "Très bon service, je recommande cette boutique à tous."
    content = "Note,Avis\n" + "5,Parfait\n" * 3 + f'5,"{long}"\n' * 2 + "4,Parfait\n"
    path = table(tmp_path, "a.csv", content)
    words, _ = read_all(path, understand(path))
    assert [word.occurrence for word in words] == [0, 1, 2, 0, 0, 0]


def test_one_id_for_two_different_rows_is_told(tmp_path: Path) -> None:
    rows = [f"r{n},Avis numéro {n} de ce client" for n in range(100)]
    path = table(tmp_path, "a.csv", "\n".join(["id,avis", *rows, rows[0], "r5,Un autre texte que celui du début"]))
    words, errors = read_all(path, understand(path))
    assert len(words) == 101
    assert [row.line for row in errors] == [103]


def test_identical_rows_with_an_author_are_the_same_word(tmp_path: Path) -> None:
    path = table(tmp_path, "a.csv", "Note,Avis,Email\n" + "5,Parfait,a@exemple.fr\n" * 2)
    words, _ = read_all(path, understand(path))
    assert [word.occurrence for word in words] == [0, 0]


def test_the_same_row_always_gives_the_same_bytes(tmp_path: Path) -> None:
    path = table(tmp_path, "a.csv", FRENCH)
    plan = understand(path)
    first = list(read_rows(path, plan))
    assert first == list(read_rows(path, plan))
    assert json.loads(first[0].raw)["Commentaire"] == "Livraison rapide, emballage soigné."


def test_a_row_without_its_plan_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="plan"):
        parse_row(b"{}", Meta(received_at=datetime(2026, 11, 23, tzinfo=UTC)))


def test_the_plan_is_told_in_french(tmp_path: Path) -> None:
    lines = understand(table(tmp_path, "a.csv", ENGLISH)).describe()
    assert "séparateur" in lines[0]
    assert lines[2].replace("\u202f", " ").startswith("« rating » → note de 0 à 10 (sûr à ")
    assert "mois/jour/année" in lines[3]
    assert lines[5].endswith("Nobody answers the phone in that shop | I would buy there again without a doubt")


def test_six_thousand_public_reviews_are_all_recognised() -> None:
    shared = os.environ.get("EGARDS_SHARED")
    if not shared:
        pytest.skip("not run: EGARDS_SHARED is not set, the public reviews are outside the project")
    path = Path(shared, "data/reviews-fr-auto/reviews.csv")
    plan = understand(path)
    assert meanings(plan) == {name: name for name in ("date", "product", "brand", "text")} | {"score": "stars"}
    words, errors = read_all(path, plan)
    assert (len(words), errors) == (6_000, [])
    assert all(word.text and word.happened_at and word.scale == (1.0, 5.0) for word in words)
