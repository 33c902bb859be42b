"""Which words find which texts, in Chinese, in English and in both at once."""

import pytest

from tests.search.conftest import Shelf


def test_a_chinese_word_finds_the_texts_that_have_it(shelf: Shelf) -> None:
    found = shelf.topic("笔记", "量子力学里的测量问题。")
    shelf.topic("别的", "今天天气很好，我们去公园。")
    assert shelf.find("量子") == [found.post_id]


def test_an_english_word_finds_the_texts_that_have_it(shelf: Shelf) -> None:
    found = shelf.topic("Notes", "A quantum computer needs cold qubits.")
    shelf.topic("Other", "The weather is fine today.")
    assert shelf.find("quantum") == [found.post_id]
    assert shelf.find("QUANTUM") == [found.post_id]


@pytest.mark.parametrize(
    ("q", "body"), [("run", "He was running."), ("indexes", "one index"), ("parties", "a party")]
)
def test_inflections_of_an_english_word_find_each_other(shelf: Shelf, q: str, body: str) -> None:
    found = shelf.topic("Grammar", body)
    assert shelf.find(q) == [found.post_id]


@pytest.mark.parametrize("q", ["计算", "算机", "科学", "机科"])
def test_two_characters_are_found_inside_a_longer_word(shelf: Shelf, q: str) -> None:
    found = shelf.topic("专业", "他读的是计算机科学。")
    assert shelf.find(q) == [found.post_id]
    assert shelf.find("学科") == []


def test_a_single_character_is_found_wherever_it_stands(shelf: Shelf) -> None:
    middle = shelf.topic("一", "我家的猫很懒。")
    end = shelf.topic("二", "窗台上有一只猫")
    assert set(shelf.find("猫")) == {middle.post_id, end.post_id}


def test_scripts_mix_in_query_and_text(shelf: Shelf) -> None:
    found = shelf.topic("混排", "用Python写爬虫，部署在Kubernetes集群上。")
    assert shelf.find("python爬虫") == [found.post_id]
    assert shelf.find("集群 kubernetes") == [found.post_id]
    assert shelf.find("python 蛇") == []


def test_every_word_must_be_there(shelf: Shelf) -> None:
    both = shelf.topic("One", "apples and oranges")
    shelf.topic("Two", "apples alone")
    assert shelf.find("apples oranges") == [both.post_id]


def test_words_may_be_spread_over_title_and_text(shelf: Shelf) -> None:
    topic = shelf.topic("索引 in Postgres", "Which order of columns is best?")
    answer = shelf.reply(topic, "Equality first, then the range.")
    assert shelf.find("postgres equality") == [answer.post_id]
    assert shelf.find("postgres columns") == [topic.post_id]
    assert shelf.find("索引 range") == [answer.post_id]
    assert shelf.find("postgres bananas") == []


def test_a_title_finds_its_opening_post_and_a_tag_does_too(shelf: Shelf) -> None:
    topic = shelf.topic("Gardening at night", "Text of another kind.", tags=("moonlight",))
    shelf.reply(topic, "A reply of another kind.")
    assert shelf.find("gardening") == [topic.post_id]
    assert shelf.find("moonlight") == [topic.post_id]


def test_full_width_letters_and_accents_are_folded_as_the_index_folds_them(shelf: Shelf) -> None:
    found = shelf.topic("宽", "请使用ＰＹＴＨＯＮ三")
    assert shelf.find("python") == [found.post_id]


def test_names_with_signs_are_found(shelf: Shelf) -> None:
    plus = shelf.topic("Languages", "I write C++ and a little C#.")
    shelf.topic("Other", "Vitamin C is good for you.")
    assert shelf.find("c++") == [plus.post_id]
    assert shelf.find("c#") == [plus.post_id]


def test_an_edit_is_found_by_its_new_words_only(shelf: Shelf) -> None:
    topic = shelf.topic("Draft", "first wording")
    caller = shelf.client.as_(shelf.author)
    caller.patch(f"/topics/{topic.topic_id}", {"title": "Final", "body": "second phrasing"})
    assert shelf.find("phrasing") == [topic.post_id]
    assert shelf.find("final") == [topic.post_id]
    assert shelf.find("wording") == []
    assert shelf.find("draft") == []


def test_phrases_are_decided_by_the_text(shelf: Shelf) -> None:
    whole = shelf.topic("Whole", "It shows quantum  entanglement\nof two photons.")
    shelf.topic("Apart", "Entanglement is a quantum effect.")
    assert shelf.find('"quantum entanglement"') == [whole.post_id]
    assert shelf.find('"Entanglement OF two"') == [whole.post_id]
    assert len(shelf.find("quantum entanglement")) == 2


def test_chinese_phrases_and_quotation_marks_work(shelf: Shelf) -> None:
    whole = shelf.topic("甲", "我们讨论量子计算的未来。")
    shelf.topic("乙", "计算量子的能量。")
    assert shelf.find("“量子计算”") == [whole.post_id]
    assert shelf.find("「量子计算」") == [whole.post_id]


def test_a_phrase_wants_whole_words(shelf: Shelf) -> None:
    shelf.topic("Letters", "the smart part of art is partial")
    assert shelf.find('"of art"') != []
    assert shelf.find('"of art is part"') == []


def test_a_phrase_may_stand_in_the_title(shelf: Shelf) -> None:
    topic = shelf.topic("The old red barn", "It burned down.")
    assert shelf.find('"old red barn"') == [topic.post_id]
    assert shelf.find('"red old barn"') == []


@pytest.mark.parametrize("sort", ["relevance", "new"])
def test_a_phrase_is_found_behind_many_texts_that_only_have_its_words(shelf: Shelf, sort: str) -> None:
    whole = shelf.topic("Whole", "green tea ceremony")
    for n in range(12):
        shelf.topic(f"Apart {n}", "tea that is green, no ceremony")
    assert shelf.find('"green tea"', sort=sort, limit=3) == [whole.post_id]


def test_exclusions_hold_in_text_and_title(shelf: Shelf) -> None:
    kept = shelf.topic("Pets", "a small dog")
    shelf.topic("Pets", "a small dog and a cat")
    of_cats = shelf.topic("About cats", "a small dog, again")
    shelf.reply(of_cats, "the dog of a reply")
    assert shelf.find("dog -cat") == [kept.post_id]
    assert len(shelf.find("dog")) == 4


def test_a_whole_sentence_may_be_pasted(shelf: Shelf) -> None:
    sentence = " ".join(f"{a}{b}ing" for a in "bcdfghjk" for b in ("o", "a", "u", "e", "oa", "ee"))
    found = shelf.topic("Long", sentence)
    assert shelf.find(sentence) == [found.post_id]
    assert shelf.find("missing " + sentence) == []


def test_excluded_phrases_and_chinese_words_hold(shelf: Shelf) -> None:
    kept = shelf.topic("甲", "猫和狗 hot coffee, dogs")
    shelf.topic("乙", "猫和狗 hot dogs")
    shelf.topic("丙", "猫和狗和兔子")
    assert shelf.find('猫 -"hot dogs" -兔子') == [kept.post_id]
