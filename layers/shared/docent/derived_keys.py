"""The key of every object in the derived bucket.

documents/<document_id>/<generation>/     what one upload of a document left
    manifest.json                         its pages, images and their places
    passages.jsonl                        its text in passages, one in a line
    images/<image_id>.<format>            each image
    captions/<image_id>.json              what the model read in it, not masked
    pictures/<image_id>.json              the same, masked; named when images were called pictures
    thumbnails/<image_id>.jpeg            the image as small as a list shows it
    entries.json                          what was put into a Kendra index, and what became of it
    vectors.json                          the same of an S3 Vectors index
questionnaires/<id>/<generation>/         one upload of a questionnaire
    questions.jsonl                       the questions found in it, one in a line
    missing.jsonl                         those of them that an execution answers
    filled/<file name>                    the file with the answers filled in
questionnaires/<id>/source.json           questions that were sent to the API, too many to answer at once
summaries/<job_id>/                       one job that summarises transcripts
    records-<number>.jsonl                one line for each transcript
    input/part-<number>.jsonl             the requests to the model, as a batch job takes them
    requests-<number>.jsonl               where each of them is in these files
    output/<pass>/…                       the model's replies; a pass is the first one, or what is asked again
    again/<pass>/part-<number>.jsonl      the requests of a further pass
    insights-<number>.jsonl               what each reply says, at most 200 transcripts in a file, not masked
    chunks.jsonl                          the places of those files
    masked-<number>.jsonl                 the same, masked
    masking-<number>.json                 counts of what was masked in one file
    masked_so_far-<number>.jsonl          what is masked of one file, while a worker is at it
    summaries.jsonl, report.json, report.html
debates/<run_id>/<generation>/            one run of debates
    cases/<number>.json                   a case, by the number of its line
    refused.jsonl                         lines that are no case, and why
    units.jsonl                           what is done with each case, one unit in a line
    units/<number>/<unit>/                one unit: round-<number>-<side>.json is what was said, and
                                          vote-<position>-<number>.json what a judge decided; <key>.asked marks what
                                          is being asked for
    verdicts.jsonl                        one line for each case and technique
    report.json, report.html              accuracy by technique, and every debate to read
labeling/<task_id>/                       one labeling task
    clips.jsonl                           the clips of its manifest, one in a line, by their places in it
    items/<number>/                       one clip, by the number of its line
        text.txt                          of a text, the text itself
        copy.<format>                     the copy that is played
        sound.wav                         of a video, its sound, from which the page draws
        peaks-<per_second>.bin            its peaks
        suggestions.json                  segments that a machine made
        known.json                        the right label
    answers/<number>/<answer_id>/<version>-<save_id>.json
                                          one saved version of one person's label, with the events that led to it
    export/                               output.manifest, labels.zip, and labels-<number>.zip of further parts
    export-parts/<export_id>/<number>…    the parts of an export until they are joined
ground-truth/<job>/                       one labeling job of Ground Truth
    input.manifest, template.html         what it was started with
    output/                               what it writes
glossary.csv                              an organisation's terms in several languages
groups/<application_id>/<index_id>.json   the groups that Docent put into a Q Business index
group-members/<digest>.json               members of one group, while Q Business reads them
"""

from dataclasses import dataclass

DOCUMENTS = "documents/"
QUESTIONNAIRES = "questionnaires/"
DEBATES = "debates/"
LABELING = "labeling/"
GLOSSARY = "glossary.csv"


@dataclass(frozen=True, slots=True)
class GenerationKeys:
    """The keys of one upload of a document."""

    document_id: str
    generation: str

    @property
    def prefix(self) -> str:
        return f"{document_prefix(self.document_id)}{self.generation}/"

    @property
    def manifest(self) -> str:
        return f"{self.prefix}manifest.json"

    @property
    def passages(self) -> str:
        return f"{self.prefix}passages.jsonl"

    @property
    def entries(self) -> str:
        return f"{self.prefix}entries.json"

    @property
    def vectors(self) -> str:
        return f"{self.prefix}vectors.json"

    @property
    def thumbnails(self) -> str:
        """The prefix of all of them."""
        return f"{self.prefix}thumbnails/"

    def image(self, image_id: str, image_format: str) -> str:
        return f"{self.prefix}images/{image_id}.{image_format}"

    def caption(self, image_id: str) -> str:
        return f"{self.prefix}captions/{image_id}.json"

    def masked(self, image_id: str) -> str:
        """In the state machines: `masked_key_of` of statemachines/expressions.yaml."""
        return f"{self.prefix}pictures/{image_id}.json"

    def thumbnail(self, image_id: str) -> str:
        return f"{self.thumbnails}{image_id}.jpeg"


@dataclass(frozen=True, slots=True)
class QuestionnaireKeys:
    """The keys of one upload of a questionnaire."""

    questionnaire_id: str
    generation: str

    @property
    def prefix(self) -> str:
        return f"{QUESTIONNAIRES}{self.questionnaire_id}/{self.generation}/"

    @property
    def questions(self) -> str:
        return f"{self.prefix}questions.jsonl"

    @property
    def missing(self) -> str:
        return f"{self.prefix}missing.jsonl"

    def filled(self, file_name: str) -> str:
        return f"{self.prefix}filled/{file_name}"


def questionnaire_prefix(questionnaire_id: str) -> str:
    """The prefix of all generations of a questionnaire."""
    return f"{QUESTIONNAIRES}{questionnaire_id}/"


@dataclass(frozen=True, slots=True)
class JobKeys:
    """The keys of one job that summarises transcripts. Files of many lines get a number and `.jsonl`."""

    job_id: str

    @property
    def prefix(self) -> str:
        return f"summaries/{self.job_id}/"

    @property
    def records(self) -> str:
        return f"{self.prefix}records"

    @property
    def input(self) -> str:
        return f"{self.prefix}input/"

    @property
    def input_part(self) -> str:
        return f"{self.input}part"

    @property
    def requests(self) -> str:
        """Where each request of the input is, so that a state machine can pass it on without its text."""
        return f"{self.prefix}requests"

    def output(self, attempt: int) -> str:
        """The prefix of the replies of one pass, counted from 1."""
        return f"{self.prefix}output/{attempt}/"

    def on_demand(self, attempt: int) -> str:
        """The prefix of those that were asked without a batch job."""
        return f"{self.output(attempt)}on-demand/"

    def reply(self, attempt: int, record_id: str) -> str:
        """The reply to a request that was sent on demand, as a batch job would write it."""
        return f"{self.on_demand(attempt)}{record_id}.jsonl.out"

    def again(self, attempt: int) -> str:
        """The prefix of what a further pass asks; the pass before it writes it."""
        return f"{self.prefix}again/{attempt}/"

    def again_part(self, attempt: int) -> str:
        return f"{self.again(attempt)}part"

    def again_requests(self, attempt: int) -> str:
        return f"{self.prefix}again/requests-{attempt}"

    @property
    def joined(self) -> str:
        """Transcripts with what the model said of them, as it said it."""
        return f"{self.prefix}joined"

    @property
    def insights(self) -> str:
        return f"{self.prefix}insights"

    @property
    def chunks(self) -> str:
        return f"{self.prefix}chunks.jsonl"

    @property
    def masked(self) -> str:
        return f"{self.prefix}masked"

    @property
    def masking(self) -> str:
        """What was found in each of those files: counts, without any text."""
        return f"{self.prefix}masking"

    @property
    def masked_so_far(self) -> str:
        """Of a file that a worker is at, or left when its time was over."""
        return f"{self.prefix}masked_so_far"

    @property
    def summaries(self) -> str:
        return f"{self.prefix}summaries.jsonl"

    @property
    def report_json(self) -> str:
        return f"{self.prefix}report.json"

    @property
    def report_html(self) -> str:
        return f"{self.prefix}report.html"


@dataclass(frozen=True, slots=True)
class DebateKeys:
    """The keys of one run of debates."""

    run_id: str
    generation: str

    @property
    def prefix(self) -> str:
        return f"{debates_prefix(self.run_id)}{self.generation}/"

    @property
    def cases(self) -> str:
        """The prefix of all of them."""
        return f"{self.prefix}cases/"

    def case(self, number: int) -> str:
        return f"{self.cases}{number:06d}.json"

    def units_of_case(self, number: int) -> str:
        """The prefix of all units of a case."""
        return f"{self.prefix}units/{number:06d}/"

    def unit(self, number: int, name: str) -> str:
        """The prefix of one unit."""
        return f"{self.units_of_case(number)}{name}/"

    @property
    def refused(self) -> str:
        return f"{self.prefix}refused.jsonl"

    @property
    def units(self) -> str:
        return f"{self.prefix}units.jsonl"

    @property
    def verdicts(self) -> str:
        return f"{self.prefix}verdicts.jsonl"

    @property
    def report(self) -> str:
        return f"{self.prefix}report.json"

    @property
    def report_page(self) -> str:
        return f"{self.prefix}report.html"


def debates_prefix(run_id: str) -> str:
    """The prefix of all generations of a run."""
    return f"{DEBATES}{run_id}/"


@dataclass(frozen=True, slots=True)
class LabelKeys:
    """The keys of one labeling task."""

    task_id: str

    @property
    def prefix(self) -> str:
        return f"{LABELING}{self.task_id}/"

    @property
    def clips(self) -> str:
        return f"{self.prefix}clips.jsonl"

    def item(self, number: int) -> str:
        """The prefix of what belongs to one clip."""
        return f"{self.prefix}items/{number:07d}/"

    def text(self, number: int) -> str:
        return f"{self.item(number)}text.txt"

    def copy(self, number: int, file_format: str) -> str:
        return f"{self.item(number)}copy.{file_format}"

    def sound(self, number: int) -> str:
        return f"{self.item(number)}sound.wav"

    def peaks(self, number: int, per_second: int) -> str:
        return f"{self.item(number)}peaks-{per_second}.bin"

    def suggestions(self, number: int) -> str:
        return f"{self.item(number)}suggestions.json"

    def known_answer(self, number: int) -> str:
        return f"{self.item(number)}known.json"

    def answer(self, number: int, answer_id: str, version: int, save_id: str) -> str:
        return f"{self.prefix}answers/{number:07d}/{answer_id}/{version:07d}-{save_id}.json"

    @property
    def output_manifest(self) -> str:
        return f"{self.prefix}export/output.manifest"

    def labels(self, part: int) -> str:
        """The archive of a part, counted from 1; that of the first one has what is of the whole task, too."""
        return f"{self.prefix}export/labels{'' if part == 1 else f'-{part}'}.zip"

    def export_parts(self, export_id: str) -> str:
        """The prefix of all parts of an export."""
        return f"{self.prefix}export-parts/{export_id}/"

    def export_part(self, export_id: str, part: int) -> str:
        """What the keys of one part's files begin with."""
        return f"{self.export_parts(export_id)}{part:05d}"


@dataclass(frozen=True, slots=True)
class LabelingJobKeys:
    """The keys of one labeling job of Ground Truth."""

    name: str

    @property
    def manifest(self) -> str:
        return f"ground-truth/{self.name}/input.manifest"

    @property
    def template(self) -> str:
        return f"ground-truth/{self.name}/template.html"

    @property
    def output(self) -> str:
        """The prefix below which Ground Truth makes a folder with the job's name."""
        return f"ground-truth/{self.name}/output/"


def questionnaire_source(questionnaire_id: str) -> str:
    return f"{questionnaire_prefix(questionnaire_id)}source.json"


def document_prefix(document_id: str) -> str:
    """The prefix of all generations of a document."""
    return f"{DOCUMENTS}{document_id}/"


def group_ledger(application_id: str, index_id: str) -> str:
    return f"groups/{application_id}/{index_id}.json"


def group_members(digest: str) -> str:
    return f"group-members/{digest}.json"
