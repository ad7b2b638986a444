"""Markup becomes the words that a reader would see, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.importers.markup import plain_text


def test_paragraphs_and_items_become_lines():
    assert plain_text("<p>Clay</p><ul><li>glaze</li><li>apron</li></ul>") == "Clay\n\nglaze\n\napron"


def test_scripts_styles_and_comments_fall_silent():
    markup = "a<script>x()</script><style>b{}</style><!-- c --><iframe src=x>d</iframe>e<img onerror=x>"

    assert plain_text(markup) == "ae"


def test_signs_written_as_names_are_signs_and_never_markup_again():
    assert plain_text("<p>5 &lt; 6 &amp; &lt;b&gt;</p>") == "5 < 6 & <b>"


def test_plain_words_stay_as_they_are():
    assert plain_text("  Tanssia\nja kuvataidetta! ") == "Tanssia\nja kuvataidetta!"


@given(st.text(), st.sampled_from(["<p>%s</p>", "<script>%s", "%s<b", "&%s;", "<%s>"]))
def test_any_markup_is_read(words, frame):
    assert isinstance(plain_text(frame.replace("%s", words)), str)
