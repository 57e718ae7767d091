/*
 * Lives laid out for a reader.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE /* for the size of the terminal */
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "pathways/alloc.h"
#include "words.h"

#define USUAL_WIDTH 100
/* Two lives stand side by side on lines of this length or more. */
#define WIDE 100
/* Fewer hours a week are worth a word. */
#define FULL_TIME 30

int
cli_page_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    const int asked = columns == NULL ? 0 : atoi(columns);

    if (asked >= 40 && asked <= 400) return asked;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return USUAL_WIDTH;
}

/* --- What is said of a year --- */

static double
pounds(const struct cli_year *year)
{
    return year->end.pay > 0.0f ? exp((double) year->end.pay) : 0.0;
}

/* "in a lower professional job in Salford, 16.20 GBP an hour, 16 hours a week" */
static pw_status
add_end(struct pw_text *text, const struct cli_year *year)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(text, "%s", year->doing == NULL ? "not there" : year->doing));
    if (!year->is_there) goto done;
    PW_TRY(pw_text_add(text, " in %s", year->where));
    if (pounds(year) > 0.0) PW_TRY(pw_text_add(text, ", %.2f GBP an hour", pounds(year)));
    if (pounds(year) > 0.0 && year->end.hours > 0 && year->end.hours < FULL_TIME)
        PW_TRY(pw_text_add(text, ", %d hours a week", year->end.hours));
done:
    return status;
}

static bool
same_doing(const struct cli_year *a, const struct cli_year *b)
{
    return a->is_there == b->is_there && a->doing != NULL && b->doing != NULL
           && strcmp(a->doing, b->doing) == 0 && strcmp(a->where, b->where) == 0;
}

/* Years from `first` on in which nothing happens and all is as before. */
static size_t
quiet_years(const struct cli_tale *tale, size_t first)
{
    size_t count = 0;

    while (first + count < tale->num_years) {
        const struct cli_year *year = &tale->years[first + count];

        if (year->num_events > 0 || (count > 0 && !same_doing(year, &tale->years[first]))) break;
        count++;
    }
    return count;
}

/* "in an intermediate job in Salford, 12.40 to 13.10 GBP an hour" of some years. */
static pw_status
add_quiet(struct pw_text *text, const struct cli_tale *tale, size_t first, size_t count)
{
    pw_status status = PW_OK;
    const struct cli_year *begin = &tale->years[first], *end = begin + count - 1;
    int vain = 0;

    PW_TRY(pw_text_add(text, "%s", begin->doing == NULL ? "not there" : begin->doing));
    if (begin->is_there) PW_TRY(pw_text_add(text, " in %s", begin->where));
    if (pounds(begin) > 0.0 && count > 1 && pounds(end) > 0.0)
        PW_TRY(pw_text_add(text, ", %.2f to %.2f GBP an hour", pounds(begin), pounds(end)));
    else if (pounds(begin) > 0.0)
        PW_TRY(pw_text_add(text, ", %.2f GBP an hour", pounds(begin)));
    for (const struct cli_year *year = begin; year <= end; year++)
        vain += year->num_vain;
    if (vain > 0)
        PW_TRY(pw_text_add(text, "; looked for a better job in vain%s",
            vain == 1    ? ""
            : vain == 2  ? " twice"
            : count == 1 ? ""
                         : " several times"));
done:
    return status;
}

/* Before somebody is there, and after, there is nothing to tell. */
static bool
is_blank(const struct cli_year *year)
{
    return !year->is_there && year->num_events == 0;
}

/* --- A block: some years of one life under one heading --- */

struct block {
    struct pw_text heading, body; /* body: one paragraph a line */
};

static void
free_block(struct block *block)
{
    pw_text_free(&block->heading);
    pw_text_free(&block->body);
}

/* One year with its events, or several quiet ones; `most` is the most that may be taken together.
 */
static pw_status
make_block(
    const struct cli_tale *tale, size_t first, size_t most, struct block *block, size_t *taken)
{
    pw_status status = PW_OK;
    const struct cli_year *year = &tale->years[first];
    const size_t quiet = quiet_years(tale, first);

    *taken = quiet == 0 ? 1 : quiet < most ? quiet : most;
    if (*taken > 1)
        PW_TRY(pw_text_add(&block->heading, "%d-%d, age %d-%d", year->year, year[*taken - 1].year,
            year->age, year[*taken - 1].age));
    else
        PW_TRY(pw_text_add(&block->heading, "%d, age %d", year->year, year->age));
    for (size_t e = 0; e < year->num_events; e++)
        PW_TRY(pw_text_add(&block->body, "%s\n", year->events[e].text));
    if (quiet > 0) {
        PW_TRY(add_quiet(&block->body, tale, first, *taken));
    } else if (year->is_there) {
        PW_TRY(pw_text_add(&block->body, "Ends the year "));
        PW_TRY(add_end(&block->body, year));
    } else {
        goto done;
    }
    PW_TRY(pw_text_add(&block->body, "\n"));
done:
    return status;
}

/* --- Lines --- */

/* The end of the line that begins at `at` and holds at most `width` characters. */
static const char *
line_end(const char *at, size_t width)
{
    const char *newline = strchr(at, '\n');
    const size_t rest = newline != NULL ? (size_t) (newline - at) : strlen(at);
    const char *end = at + width;

    if (rest <= width) return at + rest;
    while (end > at && *end != ' ')
        end--;
    return end > at ? end : at + width;
}

/* Lines of a text that wrap at a width; those after the first of a paragraph are set in. */
struct lines {
    const char *at;
    size_t width;
    bool is_inside; /* a paragraph has begun */
};

/* The next line into `line` [width + 1]; false after the last. */
static bool
next_line(struct lines *lines, char *line)
{
    const size_t indent = lines->is_inside ? 2 : 0;
    const char *end;

    if (*lines->at == '\0') return false;
    end = line_end(lines->at, lines->width - indent);
    memset(line, ' ', indent);
    memcpy(line + indent, lines->at, (size_t) (end - lines->at));
    line[indent + (size_t) (end - lines->at)] = '\0';
    lines->is_inside = *end != '\n' && *end != '\0';
    lines->at = *end == '\0' ? end : *end == ' ' || *end == '\n' ? end + 1 : end;
    return true;
}

#define MAX_WIDTH 400

static void
print_lines(const char *text, int indent, int width)
{
    char line[MAX_WIDTH + 1];
    struct lines lines = { text == NULL ? "" : text, (size_t) (width - indent), false };

    while (next_line(&lines, line))
        (void) printf("%*s%s\n", indent, "", line);
}

/* A text in Markdown: its lines as a list. */
static void
print_list(const char *text)
{
    for (const char *at = text == NULL ? "" : text; *at != '\0';) {
        const char *end = strchr(at, '\n');
        const size_t length = end == NULL ? strlen(at) : (size_t) (end - at);

        (void) printf("- %.*s\n", (int) length, at);
        at += length + (end != NULL);
    }
}

static void
print_block(const struct cli_page *page, const struct block *block, const char *label)
{
    const bool is_markdown = page->format == CLI_PAGE_MARKDOWN;

    (void) printf("%s%s%s%s%s\n", is_markdown ? "\n### " : "", block->heading.bytes,
        label[0] == '\0' ? "" : " (", label, label[0] == '\0' ? "" : ")");
    if (is_markdown) {
        (void) printf("\n");
        print_list(block->body.bytes);
    } else {
        print_lines(block->body.bytes, 4, page->width);
    }
}

/* Two blocks beside each other. */
static void
print_pair(const struct cli_page *page, const struct block *one, const struct block *other)
{
    const int width = (page->width - 7) / 2;
    char left[MAX_WIDTH + 1], right[MAX_WIDTH + 1];
    struct lines a = { one->body.bytes == NULL ? "" : one->body.bytes, (size_t) width, false };
    struct lines b = { other->body.bytes == NULL ? "" : other->body.bytes, (size_t) width, false };
    bool has_left, has_right;

    (void) printf("%s\n", one->heading.length > 0 ? one->heading.bytes : other->heading.bytes);
    while (true) {
        has_left = next_line(&a, left);
        has_right = next_line(&b, right);
        if (!has_left && !has_right) break;
        (void) printf("    %-*s%s%s\n", has_right ? width : 0, has_left ? left : "",
            has_right ? " | " : "", has_right ? right : "");
    }
}

/* --- Pages --- */

static void
print_heading(const struct cli_page *page, const char *text)
{
    (void) printf(page->format == CLI_PAGE_MARKDOWN ? "\n## %s\n\n" : "\n%s\n\n", text);
}

static void
print_title(const struct cli_page *page)
{
    const bool is_markdown = page->format == CLI_PAGE_MARKDOWN;
    const struct cli_tale *first = page->lives[0].tale;
    const struct cli_tale *tale = first->num_years == 0 || first->birth_year == 0
                                      ? page->lives[page->num_lives - 1].tale
                                      : first;

    (void) printf("%sThe life of person %lld, %s, born in %d\n%s", is_markdown ? "# " : "",
        (long long) (int64_t) tale->key, tale->sex == PW_FEMALE ? "a woman" : "a man",
        tale->birth_year, is_markdown ? "\n" : "");
    for (size_t l = 0; l < page->num_lives; l++) {
        const struct cli_life *life = &page->lives[l];

        (void) printf("%s%s%s: %s. %s.\n", is_markdown ? "- " : "",
            page->num_lives == 1 ? ""
            : l == 0             ? "1: "
                                 : "2: ",
            life->file, life->title, life->checked);
    }
    if (page->lives[0].people_each > 0.0)
        (void) printf("%sOne simulated person stands for about %.0f people of the country; numbers "
                      "of people are of the country.\n",
            is_markdown ? "\n" : "", page->lives[0].people_each);
    (void) printf("%s", is_markdown ? "" : "\n");
}

static pw_status
add_parting(struct pw_text *text, const struct cli_page *page, const struct cli_parting *parting)
{
    pw_status status = PW_OK;

    if (parting->column == PW_COLUMN_key) {
        PW_TRY(pw_text_add(text, "%d, in the process %s: this person is there only in %s.%s",
            parting->year, parting->process,
            page->lives[page->lives[0].tale->birth_year != 0 ? 0 : 1].label,
            parting->why.length > 0 ? parting->why.bytes : ""));
        goto done;
    }
    PW_TRY(pw_text_add(text, "%d, age %d, in the process %s: %s is %s in %s and %s in %s.%s",
        parting->year, parting->age, parting->process, cli_words_column(parting->column),
        parting->one.bytes, page->lives[0].label, parting->other.bytes, page->lives[1].label,
        parting->why.length > 0 ? parting->why.bytes : ""));
done:
    return status;
}

static pw_status
print_partings(const struct cli_page *page)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    const bool is_markdown = page->format == CLI_PAGE_MARKDOWN;

    if (!page->first->is_found) {
        (void) printf("The two lives never part: not by one bit.\n%s", is_markdown ? "" : "\n");
        goto done;
    }
    if (!page->visible->is_found) {
        PW_TRY(pw_text_add(&text, "The two lives stay the same to the eye. What differs first: "));
        PW_TRY(add_parting(&text, page, page->first));
    } else {
        PW_TRY(pw_text_add(&text, "The two lives part: "));
        PW_TRY(add_parting(&text, page, page->visible));
        if (page->first->year != page->visible->year
            || strcmp(page->first->process, page->visible->process) != 0) {
            PW_TRY(pw_text_add(&text, "\nWhat nobody sees differs before: "));
            PW_TRY(add_parting(&text, page, page->first));
        }
    }
    PW_TRY(pw_text_add(&text, "\n"));
    if (is_markdown)
        print_list(text.bytes);
    else
        print_lines(text.bytes, 0, page->width);
    (void) printf("\n");
done:
    pw_text_free(&text);
    return status;
}

/* Index of a year in a life; its number of years if it is not there. */
static size_t
find_year(const struct cli_tale *tale, int year)
{
    size_t y = 0;

    while (y < tale->num_years && tale->years[y].year < year)
        y++;
    return y < tale->num_years && tale->years[y].year == year ? y : tale->num_years;
}

/* Years of one life, [first, end). */
static pw_status
print_years(const struct cli_page *page, const struct cli_tale *tale, size_t first, size_t end)
{
    pw_status status = PW_OK;
    size_t taken = 1;

    for (size_t y = first; y < end; y += taken) {
        struct block block = { 0 };

        taken = 1;
        if (is_blank(&tale->years[y])) continue;
        status = make_block(tale, y, end - y, &block, &taken);
        if (status == PW_OK) print_block(page, &block, "");
        free_block(&block);
        PW_TRY(status);
    }
done:
    return status;
}

/* Do two lives say the same of a block? */
static bool
same_block(const struct block *a, const struct block *b)
{
    return a->body.length == b->body.length && a->body.length > 0
           && strcmp(a->body.bytes, b->body.bytes) == 0;
}

/* Years of both lives from a year on. */
static pw_status
print_apart(const struct cli_page *page, int from)
{
    pw_status status = PW_OK;
    const struct cli_tale *one = page->lives[0].tale, *other = page->lives[1].tale;
    const int last_one = one->num_years > 0 ? one->years[one->num_years - 1].year : from - 1;
    const int last_other =
        other->num_years > 0 ? other->years[other->num_years - 1].year : from - 1;
    const int last = last_one > last_other ? last_one : last_other;
    size_t taken = 1;

    for (int year = from; year <= last; year += (int) taken) {
        const size_t a = find_year(one, year), b = find_year(other, year);
        const size_t quiet_a = a < one->num_years ? quiet_years(one, a) : 0;
        const size_t quiet_b = b < other->num_years ? quiet_years(other, b) : 0;
        const bool no_a = a == one->num_years || is_blank(&one->years[a]);
        const bool no_b = b == other->num_years || is_blank(&other->years[b]);
        const size_t both = quiet_a < quiet_b ? quiet_a : quiet_b;
        struct block left = { 0 }, right = { 0 };
        size_t ignored;

        taken = no_a ? quiet_b : no_b ? quiet_a : both;
        taken = taken < 1 ? 1 : taken;
        if (!no_a) status = make_block(one, a, taken, &left, &ignored);
        if (status == PW_OK && !no_b) status = make_block(other, b, taken, &right, &ignored);
        if (status == PW_OK && same_block(&left, &right))
            print_block(page, &left, "the same in both");
        else if (status == PW_OK && page->format == CLI_PAGE_TEXT && page->width >= WIDE
                 && left.heading.length + right.heading.length > 0)
            print_pair(page, &left, &right);
        else if (status == PW_OK) {
            if (left.heading.length > 0) print_block(page, &left, page->lives[0].label);
            if (right.heading.length > 0) print_block(page, &right, page->lives[1].label);
        }
        free_block(&left);
        free_block(&right);
        PW_TRY(status);
    }
done:
    return status;
}

/* What policies did over the whole life. */
static void
print_reaches(const struct cli_page *page, const struct cli_life *life)
{
    const struct cli_tale *tale = life->tale;

    if (life->scenario == NULL || life->scenario->num_policies == 0) return;
    print_heading(page, "What policies did to this person");
    if (page->num_lives > 1) (void) printf("In %s:\n", life->label);
    if (tale->num_reaches == 0)
        (void) printf(
            "No policy of this run acted on this person directly; what changed came through "
            "places,\njobs and other people.\n");
    for (size_t r = 0; r < tale->num_reaches; r++) {
        const struct cli_reach *reach = &tale->reaches[r];
        const struct pw_channel_info *channel = pw_channel_info(reach->channel);

        (void) printf("- \"%s\", ", life->scenario->policies[reach->policy].name);
        if (reach->num_years == 1)
            (void) printf("in %d: ", reach->first_year);
        else
            (void) printf("in %d years from %d to %d: ", reach->num_years, reach->first_year,
                reach->last_year);
        (void) printf("%s, %s%+.3g %s\n", channel->about,
            reach->num_years == 1 ? "" : "on average ", reach->sum / (double) reach->num_years,
            channel->unit);
    }
}

static void
print_relatives(const struct cli_page *page, const struct cli_tale *tale)
{
    if (tale->num_relatives == 0) return;
    print_heading(page, "Family, to trace further");
    for (size_t r = 0; r < tale->num_relatives; r++)
        (void) printf("- %s, since %d: --person %lld\n", tale->relatives[r].kin,
            tale->relatives[r].year, (long long) (int64_t) tale->relatives[r].key);
}

static pw_status
print_for_readers(const struct cli_page *page)
{
    pw_status status = PW_OK;
    const struct cli_tale *tale = page->lives[0].tale;
    const bool part = page->num_lives == 2 && page->visible->is_found;
    const size_t end = part ? find_year(tale, page->visible->year) : tale->num_years;

    print_title(page);
    if (page->num_lives == 2) PW_TRY(print_partings(page));
    PW_TRY(print_years(page, tale, 0, end));
    if (part) {
        if (page->format == CLI_PAGE_MARKDOWN)
            (void) printf("\n## From %d on\n", page->visible->year);
        else
            (void) printf("\nFrom %d on: %s on the left or first, %s on the right or second.\n\n",
                page->visible->year, page->lives[0].label, page->lives[1].label);
        PW_TRY(print_apart(page, page->visible->year));
    }
    for (size_t l = 0; l < page->num_lives; l++)
        print_reaches(page, &page->lives[l]);
    print_relatives(page, page->lives[page->num_lives - 1].tale);
done:
    return status;
}

/* --- For machines --- */

static pw_status
add_json_year(struct pw_text *text, const struct cli_year *year, const struct cli_life *life)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(text, "{\"year\": %d, \"age\": %d, \"doing\": ", year->year, year->age));
    PW_TRY(pw_text_add_quoted(text, year->doing == NULL ? "" : year->doing));
    PW_TRY(pw_text_add(text, ", \"place\": "));
    PW_TRY(year->is_there ? pw_text_add_quoted(text, year->where) : pw_text_add(text, "null"));
    PW_TRY(pw_text_add(text, ", \"state\": "));
    PW_TRY(pw_text_add_quoted(text, pw_codes(PW_CODES_STATE, &(int){ 0 })[year->end.state].name));
    PW_TRY(pw_text_add(text, ", \"class\": "));
    PW_TRY(pw_text_add_quoted(text, pw_codes(PW_CODES_CLASS, &(int){ 0 })[year->end.class].name));
    PW_TRY(pw_text_add(text, ", \"qualification\": "));
    PW_TRY(pw_text_add_quoted(
        text, pw_codes(PW_CODES_QUALIFICATION, &(int){ 0 })[year->end.qualification].name));
    PW_TRY(pw_text_add(text, ", \"pay_gbp_hour\": "));
    PW_TRY(pw_text_add_number(text, pounds(year) > 0.0 ? pounds(year) : (double) NAN));
    if (life->scenario != NULL) {
        PW_TRY(pw_text_add(text, ", \"wellbeing\": "));
        PW_TRY(pw_text_add_number(text, (double) year->end.wellbeing));
        PW_TRY(pw_text_add(text, ", \"belonging\": "));
        PW_TRY(pw_text_add_number(text, (double) year->end.belonging));
    }
    PW_TRY(pw_text_add(text, ", \"events\": ["));
    for (size_t e = 0; e < year->num_events; e++) {
        PW_TRY(pw_text_add(text, "%s\n      {\"process\": \"%s\", \"text\": ", e > 0 ? "," : "",
            year->events[e].process));
        PW_TRY(pw_text_add_quoted(text, year->events[e].text));
        PW_TRY(pw_text_add(text, "%s}", year->events[e].json));
    }
    PW_TRY(pw_text_add(text, "]}"));
done:
    return status;
}

static pw_status
add_json_life(struct pw_text *text, const struct cli_life *life)
{
    pw_status status = PW_OK;
    const struct cli_tale *tale = life->tale;
    const char *between = "";

    PW_TRY(pw_text_add(text, "  {\"file\": "));
    PW_TRY(pw_text_add_quoted(text, life->file));
    PW_TRY(pw_text_add(text, ", \"title\": "));
    PW_TRY(pw_text_add_quoted(text, life->title));
    PW_TRY(pw_text_add(text, ", \"source\": "));
    PW_TRY(pw_text_add_quoted(text, life->source));
    PW_TRY(pw_text_add(text, ", \"checked\": "));
    PW_TRY(pw_text_add_quoted(text, life->checked));
    PW_TRY(pw_text_add(text, ", \"birth_year\": %d, \"sex\": \"%s\", \"years\": [",
        tale->birth_year, tale->sex == PW_FEMALE ? "female" : "male"));
    for (size_t y = 0; y < tale->num_years; y++) {
        if (is_blank(&tale->years[y])) continue;
        PW_TRY(pw_text_add(text, "%s\n    ", between));
        PW_TRY(add_json_year(text, &tale->years[y], life));
        between = ",";
    }
    PW_TRY(pw_text_add(text, "],\n   \"policies\": ["));
    for (size_t r = 0; r < tale->num_reaches; r++) {
        const struct cli_reach *reach = &tale->reaches[r];

        PW_TRY(pw_text_add(text, "%s{\"policy\": ", r > 0 ? ", " : ""));
        PW_TRY(pw_text_add_quoted(text, life->scenario->policies[reach->policy].name));
        PW_TRY(pw_text_add(text,
            ", \"channel\": \"%s\", \"first_year\": %d, \"last_year\": %d, \"years\": %d, "
            "\"sum\": ",
            pw_channel_info(reach->channel)->name, reach->first_year, reach->last_year,
            reach->num_years));
        PW_TRY(pw_text_add_number(text, reach->sum));
        PW_TRY(pw_text_add(text, "}"));
    }
    PW_TRY(pw_text_add(text, "],\n   \"relatives\": ["));
    for (size_t r = 0; r < tale->num_relatives; r++)
        PW_TRY(pw_text_add(text, "%s{\"kin\": \"%s\", \"key\": %lld, \"year\": %d}",
            r > 0 ? ", " : "", tale->relatives[r].kin, (long long) (int64_t) tale->relatives[r].key,
            tale->relatives[r].year));
    PW_TRY(pw_text_add(text, "]}"));
done:
    return status;
}

static pw_status
add_json_parting(struct pw_text *text, const char *name, const struct cli_parting *parting)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(text, ", \"%s\": ", name));
    if (parting == NULL || !parting->is_found) {
        PW_TRY(pw_text_add(text, "null"));
        goto done;
    }
    PW_TRY(pw_text_add(text,
        "{\"year\": %d, \"age\": %d, \"process\": \"%s\", \"column\": \"%s\", \"values\": [",
        parting->year, parting->age, parting->process, pw_columns_table()[parting->column].name));
    PW_TRY(pw_text_add_quoted(text, parting->one.bytes));
    PW_TRY(pw_text_add(text, ", "));
    PW_TRY(pw_text_add_quoted(text, parting->other.bytes));
    PW_TRY(pw_text_add(text, "], \"why\": "));
    PW_TRY(pw_text_add_quoted(text, parting->why.length > 0 ? parting->why.bytes + 1 : ""));
    PW_TRY(pw_text_add(text, "}"));
done:
    return status;
}

static pw_status
print_json(const struct cli_page *page)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };

    PW_TRY(pw_text_add(&text, "{\"key\": %lld", (long long) (int64_t) page->lives[0].tale->key));
    if (page->num_lives == 2) {
        PW_TRY(add_json_parting(&text, "first_difference", page->first));
        PW_TRY(add_json_parting(&text, "parting", page->visible));
    }
    PW_TRY(pw_text_add(&text, ",\n \"lives\": [\n"));
    for (size_t l = 0; l < page->num_lives; l++) {
        if (l > 0) PW_TRY(pw_text_add(&text, ",\n"));
        PW_TRY(add_json_life(&text, &page->lives[l]));
    }
    PW_TRY(pw_text_add(&text, "]}\n"));
    (void) fputs(text.bytes, stdout);
done:
    pw_text_free(&text);
    return status;
}

static pw_status
add_csv_row(struct cli_table *table, const struct cli_life *life, const struct cli_year *year,
    const struct cli_event *event)
{
    pw_status status = PW_OK;

    PW_TRY(cli_table_text(table, life->file));
    PW_TRY(cli_table_cell(table, "%d", year->year));
    PW_TRY(cli_table_cell(table, "%d", year->age));
    PW_TRY(cli_table_text(table, event == NULL ? "" : event->process));
    PW_TRY(cli_table_text(table, event == NULL ? year->doing : event->text));
done:
    return status;
}

/* An event a row, and a row without process for what somebody does at the end of each year. */
static pw_status
print_csv(const struct cli_page *page)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_column(&table, "file", false);
    cli_table_column(&table, "year", true);
    cli_table_column(&table, "age", true);
    cli_table_column(&table, "process", false);
    cli_table_column(&table, "event", false);
    for (size_t l = 0; l < page->num_lives; l++)
        for (size_t y = 0; y < page->lives[l].tale->num_years; y++) {
            const struct cli_year *year = &page->lives[l].tale->years[y];

            if (is_blank(year)) continue;
            for (size_t e = 0; e < year->num_events; e++)
                PW_TRY(add_csv_row(&table, &page->lives[l], year, &year->events[e]));
            PW_TRY(add_csv_row(&table, &page->lives[l], year, NULL));
        }
    cli_table_print(&table, CLI_CSV, stdout);
done:
    cli_table_free(&table);
    return status;
}

pw_status
cli_page_print(const struct cli_page *page)
{
    switch (page->format) {
    case CLI_PAGE_JSON:
        return print_json(page);
    case CLI_PAGE_CSV:
        return print_csv(page);
    case CLI_PAGE_TEXT:
    case CLI_PAGE_MARKDOWN:
        break;
    }
    return print_for_readers(page);
}
