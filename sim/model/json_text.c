/*
 * One recursive descent over the text; the depth of the recursion is bounded by
 * PW_JSON_MAX_NESTING.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/json_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/text.h"

/* The parser copies a number into a buffer of this size. */
#define MAX_NUMBER_LENGTH 63

struct scanner {
    const char *file;
    struct pw_json_text *text;
    struct pw_faults *faults;
    size_t at;
    int line, column;
    uint32_t parent, num_siblings; /* of the value to come */
    struct pw_json_mark key;       /* the key just read */
    int nesting;
    pw_status status;
    bool is_broken; /* nothing more can be made of the text */
};

static bool
at_end(const struct scanner *scanner)
{
    return scanner->at >= scanner->text->length;
}

/** The byte at hand; NUL at the end, which is no byte of JSON. */
static char
peek(const struct scanner *scanner)
{
    return at_end(scanner) ? '\0' : scanner->text->bytes[scanner->at];
}

static void
advance(struct scanner *scanner)
{
    const unsigned char byte = (unsigned char) scanner->text->bytes[scanner->at++];

    if (byte == '\n') {
        scanner->line++;
        scanner->column = 1;
    } else if ((byte & 0xC0) != 0x80) { /* the other bytes of a character do not count */
        scanner->column++;
    }
}

static void
skip_blanks(struct scanner *scanner)
{
    while (!at_end(scanner) && strchr(" \t\r\n", peek(scanner)) != NULL && peek(scanner) != '\0')
        advance(scanner);
}

/** Report a fault of the value `owner` at a line and column. */
static void __attribute__((format(printf, 5, 6)))
report(struct scanner *scanner, uint32_t owner, int line, int column, const char *format, ...)
{
    char *pointer = NULL;
    va_list arguments;

    if (scanner->status != PW_OK) return;
    scanner->status = pw_json_text_pointer(scanner->text, owner, &pointer);
    if (scanner->status == PW_OK) {
        const struct pw_fault_place place = {
            .file = scanner->file, .line = line, .column = column, .pointer = pointer
        };

        va_start(arguments, format);
        scanner->status = pw_faults_add_list(scanner->faults, &place, format, arguments);
        va_end(arguments);
    }
    pw_free(&pointer);
}

/** What stands at hand, for a message: a character in quotes, or "the end of the text". */
static const char *
found(const struct scanner *scanner, char words[24])
{
    const unsigned char byte = (unsigned char) peek(scanner);

    if (at_end(scanner)) return "the text ends";
    if (byte > 0x20 && byte < 0x7F)
        (void) strcpy(words, "found ' '"), words[7] = (char) byte;
    else if (byte >= 0x80)
        (void) strcpy(words, "found a foreign letter");
    else
        (void) strcpy(words, "found a blank");
    return words;
}

/** Give up at the place at hand: `expected` says what should stand there. */
static void
expect(struct scanner *scanner, const char *expected)
{
    char words[24];

    if (!scanner->is_broken)
        report(scanner, scanner->parent, scanner->line, scanner->column, "expected %s but %s",
            expected, found(scanner, words));
    scanner->is_broken = true;
}

/** Begin a value: its position goes on file. @return its number, PW_JSON_NO_VALUE when there is no
 * room */
static uint32_t
add_mark(struct scanner *scanner)
{
    struct pw_json_text *text = scanner->text;

    if (text->num_marks == PW_JSON_MAX_VALUES) {
        report(scanner, scanner->parent, scanner->line, scanner->column,
            "more than %d values, which no scenario needs: remove some", PW_JSON_MAX_VALUES);
        scanner->is_broken = true;
        return PW_JSON_NO_VALUE;
    }
    if (text->num_marks == text->capacity) {
        const size_t capacity = text->capacity == 0 ? 1024 : 2 * text->capacity;

        scanner->status = pw_grow(text->capacity, capacity, sizeof *text->marks, &text->marks);
        if (scanner->status != PW_OK) {
            scanner->is_broken = true;
            return PW_JSON_NO_VALUE;
        }
        text->capacity = capacity;
    }
    struct pw_json_mark *mark = &text->marks[text->num_marks];
    *mark = scanner->key;
    mark->parent = scanner->parent;
    mark->index = scanner->num_siblings;
    mark->line = scanner->line;
    mark->column = scanner->column;
    scanner->key = (struct pw_json_mark){ 0 };
    return (uint32_t) text->num_marks++;
}

/** Value of four hexadecimal digits at `at`, or -1. */
static long
hexadecimal(const struct pw_json_text *text, size_t at)
{
    long value = 0;

    if (at + 4 > text->length) return -1;
    for (size_t i = at; i < at + 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = strchr(digits, text->bytes[i]);

        if (text->bytes[i] == '\0' || digit == NULL) return -1;
        value = value * 16 + (digit - digits) % 16;
    }
    return value;
}

/** An escape whose backslash is at hand. */
static void
scan_escape(struct scanner *scanner)
{
    const struct pw_json_text *text = scanner->text;

    advance(scanner);
    if (!at_end(scanner) && peek(scanner) != '\0' && strchr("\"\\/bfnrt", peek(scanner)) != NULL) {
        advance(scanner);
        return;
    }
    if (peek(scanner) != 'u') {
        expect(scanner, "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX after the backslash");
        return;
    }
    const long unit = hexadecimal(text, scanner->at + 1);
    size_t length = 5;
    if (unit >= 0xD800 && unit <= 0xDBFF) { /* the first half of a pair */
        const size_t next = scanner->at + 5;
        const long second =
            next + 1 < text->length && text->bytes[next] == '\\' && text->bytes[next + 1] == 'u'
                ? hexadecimal(text, next + 2)
                : -1;

        length = second >= 0xDC00 && second <= 0xDFFF ? 11 : 0;
    } else if (unit <= 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) {
        length = 0;
    }
    if (length == 0) {
        expect(scanner, "a character after the backslash: four hexadecimal digits, not 0000, both "
                        "halves of a surrogate pair");
        return;
    }
    for (size_t i = 0; i < length; i++)
        advance(scanner);
}

/** Bytes of the UTF-8 character at hand, 0 when it is none (overlong and surrogate forms included).
 */
static size_t
utf8_length(const struct scanner *scanner)
{
    const unsigned char *bytes = (const unsigned char *) scanner->text->bytes + scanner->at;
    const size_t left = scanner->text->length - scanner->at;
    const size_t length = bytes[0] < 0x80                       ? 1
                          : bytes[0] >= 0xC2 && bytes[0] < 0xE0 ? 2
                          : bytes[0] >= 0xE0 && bytes[0] < 0xF0 ? 3
                          : bytes[0] >= 0xF0 && bytes[0] < 0xF5 ? 4
                                                                : 0;

    if (length == 0 || length > left) return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xC0) != 0x80) return 0;
    if (length > 2) {
        const unsigned lead = (unsigned) bytes[0] << 8 | bytes[1];
        const bool is_overlong =
            (lead >= 0xE000 && lead < 0xE0A0) || (lead >= 0xF000 && lead < 0xF090);

        if (is_overlong || (lead >= 0xEDA0 && lead < 0xEE00) || lead >= 0xF490) return 0;
    }
    return length;
}

/** A string whose opening quote is at hand. */
static void
scan_string(struct scanner *scanner)
{
    const int line = scanner->line, column = scanner->column;

    advance(scanner);
    while (!scanner->is_broken) {
        const char byte = peek(scanner);

        if (at_end(scanner) || byte == '\n') {
            report(scanner, scanner->parent, line, column,
                "the string that begins here has no closing quote on its line");
            scanner->is_broken = true;
        } else if (byte == '"') {
            advance(scanner);
            return;
        } else if (byte == '\\') {
            scan_escape(scanner);
        } else if ((unsigned char) byte < 0x20) {
            expect(scanner, "no control character in a string (write \\t for a tab)");
        } else {
            const size_t length = utf8_length(scanner);

            if (length == 0) expect(scanner, "UTF-8");
            for (size_t i = 0; i < length; i++)
                advance(scanner);
        }
    }
}

static void
skip_digits(struct scanner *scanner, const char *expected)
{
    if (peek(scanner) < '0' || peek(scanner) > '9') expect(scanner, expected);
    while (peek(scanner) >= '0' && peek(scanner) <= '9')
        advance(scanner);
}

/** Report the value `mark` and let it read as 0: the bytes from `begin` to the place at hand. */
static void
blank_out(struct scanner *scanner, uint32_t mark, size_t begin)
{
    scanner->text->marks[mark].is_faulty = true;
    memset(scanner->text->bytes + begin, ' ', scanner->at - begin);
    scanner->text->bytes[begin] = '0';
}

static void
scan_number(struct scanner *scanner, uint32_t mark)
{
    const size_t begin = scanner->at;
    const int line = scanner->line, column = scanner->column;
    char digits[MAX_NUMBER_LENGTH + 1];

    if (peek(scanner) == '-') advance(scanner);
    const bool starts_with_zero = peek(scanner) == '0';
    const size_t first_digit = scanner->at;
    skip_digits(scanner, "a digit");
    if (starts_with_zero && scanner->at > first_digit + 1) {
        report(scanner, mark, line, column, "a number does not begin with 0: leave it out");
        scanner->is_broken = true;
    }
    if (!scanner->is_broken && peek(scanner) == '.') {
        advance(scanner);
        skip_digits(scanner, "a digit after the decimal point");
    }
    if (!scanner->is_broken && (peek(scanner) == 'e' || peek(scanner) == 'E')) {
        advance(scanner);
        if (peek(scanner) == '+' || peek(scanner) == '-') advance(scanner);
        skip_digits(scanner, "a digit in the exponent");
    }
    if (scanner->is_broken) return;
    const size_t length = scanner->at - begin;
    if (length > MAX_NUMBER_LENGTH) {
        report(scanner, mark, line, column, "a number of %zu characters: write at most %d", length,
            MAX_NUMBER_LENGTH);
        blank_out(scanner, mark, begin);
        return;
    }
    memcpy(digits, scanner->text->bytes + begin, length);
    digits[length] = '\0';
    if (!isfinite(strtod(digits, NULL))) {
        report(scanner, mark, line, column, "%s is too large for a number: write one below 1.8e308",
            digits);
        blank_out(scanner, mark, begin);
    }
}

/** true, false, null, and the words that people write instead. */
static void
scan_word(struct scanner *scanner, uint32_t mark)
{
    static const char *const not_numbers[] = { "NaN", "nan", "NAN", "Infinity", "-Infinity", "inf",
        "-inf", "Inf", "-Inf", "-NaN", "-nan", "+inf", "+Infinity" };
    const size_t begin = scanner->at;
    const int line = scanner->line, column = scanner->column;
    char word[16] = "";
    size_t length = 0;

    while (!at_end(scanner) && length < sizeof word - 1
           && (strchr("+-", peek(scanner)) != NULL || (peek(scanner) | 0x20) >= 'a')
           && (peek(scanner) | 0x20) <= 'z' && peek(scanner) != '\0') {
        word[length++] = peek(scanner);
        advance(scanner);
    }
    word[length] = '\0';
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0 || strcmp(word, "null") == 0)
        return;
    for (size_t i = 0; i < sizeof not_numbers / sizeof *not_numbers; i++) {
        if (strcmp(word, not_numbers[i]) == 0) {
            report(scanner, mark, line, column,
                "%s is not a number that a scenario can hold: write a finite one", word);
            blank_out(scanner, mark, begin);
            return;
        }
    }
    report(scanner, scanner->parent, line, column,
        "expected a value but found %s: a text stands in double quotes; true, false and null are "
        "written so",
        word);
    scanner->is_broken = true;
}

static void scan_value(struct scanner *scanner);

/** Read a key and its colon; leaves its position in scanner->key. */
static void
scan_key(struct scanner *scanner)
{
    if (peek(scanner) != '"') {
        expect(scanner, peek(scanner) == '}'
                            ? "another key after the comma (a comma before } is not allowed)"
                            : "a key in double quotes");
        return;
    }
    scanner->key = (struct pw_json_mark){ .has_key = true,
        .key_line = scanner->line,
        .key_column = scanner->column,
        .key = (uint32_t) scanner->at + 1 };
    scan_string(scanner);
    if (scanner->is_broken) return;
    scanner->key.key_length = (uint32_t) (scanner->at - 1 - scanner->key.key);
    skip_blanks(scanner);
    if (peek(scanner) != ':') {
        expect(scanner, "':' after the key");
        return;
    }
    advance(scanner);
    skip_blanks(scanner);
}

/** An object or array whose opening bracket is at hand. */
static void
scan_container(struct scanner *scanner, uint32_t mark, bool is_object)
{
    const uint32_t parent = scanner->parent, num_siblings = scanner->num_siblings;
    const char close = is_object ? '}' : ']';
    const int line = scanner->line, column = scanner->column;

    if (++scanner->nesting > PW_JSON_MAX_NESTING) {
        report(scanner, parent, line, column,
            "brackets are nested more than %d deep: a scenario needs no more than 6",
            PW_JSON_MAX_NESTING);
        scanner->is_broken = true;
        return;
    }
    scanner->parent = mark;
    scanner->num_siblings = 0;
    advance(scanner);
    skip_blanks(scanner);
    while (!scanner->is_broken && !(peek(scanner) == close && scanner->num_siblings == 0)) {
        if (is_object)
            scan_key(scanner);
        else if (peek(scanner) == ']')
            expect(scanner, "another value after the comma (a comma before ] is not allowed)");
        if (scanner->is_broken) break;
        scan_value(scanner);
        scanner->num_siblings++;
        if (scanner->is_broken) break;
        skip_blanks(scanner);
        if (at_end(scanner)) {
            report(scanner, mark, scanner->line, scanner->column,
                "the text ends inside the %s that begins at line %d, column %d: close it with %c",
                is_object ? "object" : "array", line, column, close);
            scanner->is_broken = true;
        } else if (peek(scanner) == ',') {
            advance(scanner);
            skip_blanks(scanner);
        } else if (peek(scanner) == close) {
            break;
        } else {
            expect(scanner, is_object ? "',' or '}' after a value" : "',' or ']' after a value");
        }
    }
    if (!scanner->is_broken) advance(scanner);
    scanner->nesting--;
    scanner->parent = parent;
    scanner->num_siblings = num_siblings;
}

/** Any value; blanks before it have been skipped. */
static void
scan_value(struct scanner *scanner)
{
    const char first = peek(scanner);
    const char second =
        scanner->at + 1 < scanner->text->length ? scanner->text->bytes[scanner->at + 1] : '\0';

    if (first == '\0'
        || (strchr("{[\"+-", first) == NULL && !(first >= '0' && first <= '9')
            && !((first | 0x20) >= 'a' && (first | 0x20) <= 'z'))) {
        expect(scanner, first == '/' ? "a value (JSON has no comments: use \"why\")" : "a value");
        return;
    }
    const uint32_t mark = add_mark(scanner);
    if (mark == PW_JSON_NO_VALUE) return;
    if (first == '{' || first == '[')
        scan_container(scanner, mark, first == '{');
    else if (first == '"')
        scan_string(scanner);
    else if ((first >= '0' && first <= '9') || (first == '-' && second >= '0' && second <= '9'))
        scan_number(scanner, mark);
    else
        scan_word(scanner, mark);
}

pw_status
pw_json_text_scan(const char *file, char *bytes, size_t length, struct pw_json_text *text,
    struct pw_faults *faults)
{
    struct scanner scanner = { .file = file,
        .text = text,
        .faults = faults,
        .line = 1,
        .column = 1,
        .parent = PW_JSON_NO_VALUE };

    PW_BUG_IF(length >= PW_JSON_NO_VALUE);
    text->bytes = bytes;
    text->length = length;
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) scanner.at = 3; /* byte order mark */
    skip_blanks(&scanner);
    if (at_end(&scanner)) {
        report(&scanner, PW_JSON_NO_VALUE, 1, 1, "the file is empty: expected an object, { ... }");
        scanner.is_broken = true;
    } else {
        scan_value(&scanner);
    }
    if (!scanner.is_broken) {
        skip_blanks(&scanner);
        if (!at_end(&scanner)) expect(&scanner, "nothing after the end of the document");
    }
    text->is_whole = !scanner.is_broken && scanner.status == PW_OK;
    return scanner.status;
}

/** A character as UTF-8. @return bytes written, at most 4 */
static size_t
encode(unsigned long character, char bytes[4])
{
    if (character < 0x80) {
        bytes[0] = (char) character;
        return 1;
    }
    const size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char) (0x80 | (character & 0x3F));
        character >>= 6;
    }
    bytes[0] = (char) ((length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0) | character);
    return length;
}

/** One character of a key at `*at`, escapes resolved, as bytes; moves `*at` behind it. */
static size_t
key_character(const struct pw_json_text *text, size_t *at, char bytes[4])
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";

    bytes[0] = text->bytes[*at];
    if (bytes[0] != '\\') {
        *at += 1;
        return 1;
    }
    const char letter = text->bytes[*at + 1];
    if (letter != 'u') {
        const char *known = strchr(letters, letter);

        bytes[0] = known == NULL ? letter : meanings[known - letters];
        *at += 2;
        return 1;
    }
    unsigned long character = (unsigned long) hexadecimal(text, *at + 2);
    *at += 6;
    if (character >= 0xD800 && character <= 0xDBFF) {
        character = 0x10000 + ((character - 0xD800) << 10)
                    + ((unsigned long) hexadecimal(text, *at + 2) - 0xDC00);
        *at += 6;
    }
    return encode(character, bytes);
}

static pw_status
add_key(const struct pw_json_text *text, const struct pw_json_mark *mark, struct pw_text *pointer)
{
    pw_status status = PW_OK;
    size_t at = mark->key;

    while (at < (size_t) mark->key + mark->key_length) {
        char bytes[4];
        const size_t length = key_character(text, &at, bytes);

        if (bytes[0] == '~')
            PW_TRY(pw_text_add_bytes(pointer, "~0", 2));
        else if (bytes[0] == '/')
            PW_TRY(pw_text_add_bytes(pointer, "~1", 2));
        else
            PW_TRY(pw_text_add_bytes(pointer, bytes, length));
    }
done:
    return status;
}

pw_status
pw_json_text_pointer(const struct pw_json_text *text, uint32_t value, char **pointer)
{
    pw_status status = PW_OK;
    struct pw_text built = { 0 };
    uint32_t chain[PW_JSON_MAX_NESTING + 2];
    int depth = 0;

    *pointer = NULL;
    for (uint32_t at = value; at != PW_JSON_NO_VALUE; at = text->marks[at].parent)
        chain[depth++] = at;
    PW_TRY(pw_text_add(&built, "%s", ""));
    for (int i = depth - 2; i >= 0; i--) { /* the root adds nothing */
        const struct pw_json_mark *mark = &text->marks[chain[i]];

        PW_TRY(pw_text_add_bytes(&built, "/", 1));
        if (mark->has_key)
            PW_TRY(add_key(text, mark, &built));
        else
            PW_TRY(pw_text_add(&built, "%u", mark->index));
    }
    PW_TRY(pw_strdup(built.bytes, pointer));
done:
    pw_text_free(&built);
    return status;
}

void
pw_json_text_free(struct pw_json_text *text)
{
    pw_free(&text->marks);
    *text = (struct pw_json_text){ 0 };
}
