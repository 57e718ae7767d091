/*
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "pathways/alloc.h"
#include "pathways/spelling.h"

/** The name of an option that has no value, or of one that is unknown. */
static pw_status
refuse(char **argv, const struct option *long_options, bool lacks_value)
{
    const char *word = argv[optind - 1];
    struct pw_spelling spelling;
    pw_status status = PW_OK;

    if (lacks_value)
        PW_FAIL(PW_EUSAGE, "%s needs a value; see `pathways %s --help`", word, argv[0]);
    if (optopt != 0 && strncmp(word, "--", 2) != 0)
        PW_FAIL(
            PW_EUSAGE, "-%c: there is no such option; see `pathways %s --help`", optopt, argv[0]);
    if (optopt != 0) /* a long option that exists, with a value it does not take */
        PW_FAIL(
            PW_EUSAGE, "%s: this option takes no value; see `pathways %s --help`", word, argv[0]);
    spelling = pw_spelling_of(word + 2);
    for (const struct option *option = long_options; option->name != NULL; option++)
        pw_spelling_try(&spelling, option->name);
    if (spelling.nearest != NULL)
        PW_FAIL(
            PW_EUSAGE, "%s: there is no such option; did you mean --%s?", word, spelling.nearest);
    PW_FAIL(PW_EUSAGE,
        "%s: there is no such option (or it stands for several); see `pathways %s "
        "--help`",
        word, argv[0]);
done:
    return status;
}

pw_status
cli_option_next(int argc, char **argv, const char *short_options, const struct option *long_options,
    bool *first, int *character)
{
    char short_with_colon[64] = ":"; /* so that a missing value is told from an unknown option */

    PW_BUG_IF(strlen(short_options) + 2 > sizeof short_with_colon);
    (void) strcat(short_with_colon, short_options);
    if (*first) optind = 0; /* start over, also for glibc's hidden state */
    *first = false;
    opterr = 0;
    *character = getopt_long(argc, argv, short_with_colon, long_options, NULL);
    if (*character == '?' || *character == ':')
        return refuse(argv, long_options, *character == ':');
    return PW_OK;
}

pw_status
cli_option_whole(const char *option, const char *text, int64_t min, int64_t max, int64_t *value)
{
    pw_status status = PW_OK;
    char *end = NULL;

    errno = 0;
    const long long read = strtoll(text, &end, 10);
    if (end == text || *end != '\0')
        PW_FAIL(PW_EUSAGE, "%s: \"%s\" is not a whole number; write one from %lld to %lld", option,
            text, (long long) min, (long long) max);
    if (errno == ERANGE || read < min || read > max)
        PW_FAIL(PW_EUSAGE, "%s: %s is outside [%lld, %lld]", option, text, (long long) min,
            (long long) max);
    *value = read;
done:
    return status;
}

pw_status
cli_option_number(const char *option, const char *text, double min, double max, double *value)
{
    pw_status status = PW_OK;
    char *end = NULL;

    const double read = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(read))
        PW_FAIL(PW_EUSAGE, "%s: \"%s\" is not a finite number; write one from %.15g to %.15g",
            option, text, min, max);
    if (!(read >= min && read <= max))
        PW_FAIL(PW_EUSAGE, "%s: %s is outside [%.15g, %.15g]", option, text, min, max);
    *value = read;
done:
    return status;
}

pw_status
cli_option_span(const char *option, const char *text, struct cli_span *span)
{
    pw_status status = PW_OK;
    char *end = NULL;
    long first = strtol(text, &end, 10), last = first;
    bool is_span = end != text && *text >= '0' && *text <= '9';

    if (is_span && *end == '-') {
        const char *const second = end + 1;

        last = strtol(second, &end, 10);
        is_span = end != second && *second >= '0' && *second <= '9';
    }
    if (!is_span || *end != '\0')
        PW_FAIL(PW_EUSAGE, "%s: \"%s\" is neither a whole number nor two with a hyphen between",
            option, text);
    if (first > last || last > CLI_ANY.last)
        PW_FAIL(PW_EUSAGE, "%s: %s: the second must not be below the first, nor above %d", option,
            text, CLI_ANY.last);
    *span = (struct cli_span){ (int) first, (int) last };
done:
    return status;
}

pw_status
cli_option_choice(
    const char *what, const char *text, const char *const *choices, size_t count, size_t *index)
{
    struct pw_spelling spelling = pw_spelling_of(text);
    pw_status status = PW_OK;
    char list[512] = "";

    for (size_t i = 0; i < count; i++) {
        if (strcmp(choices[i], text) == 0) {
            *index = i;
            goto done;
        }
        pw_spelling_try(&spelling, choices[i]);
        if (strlen(list) + strlen(choices[i]) + 3 < sizeof list) {
            (void) strcat(list, i == 0 ? "" : ", ");
            (void) strcat(list, choices[i]);
        }
    }
    if (spelling.nearest != NULL)
        PW_FAIL(
            PW_EUSAGE, "%s: there is no such %s; did you mean %s?", text, what, spelling.nearest);
    PW_FAIL(PW_EUSAGE, "%s: there is no such %s; choose from %s", text, what, list);
done:
    return status;
}

pw_status
cli_option_format(const char *text, enum cli_format *format)
{
    static const char *const names[CLI_NUM_FORMATS] = { "table", "csv", "json", "markdown" };
    size_t index = 0;

    const pw_status status = cli_option_choice("format", text, names, CLI_NUM_FORMATS, &index);
    if (status == PW_OK) *format = (enum cli_format) index;
    return status;
}

pw_status
cli_option_operands(int argc, char **argv, int min, int max, const char *what)
{
    pw_status status = PW_OK;
    const int count = argc - optind;

    if (count < min) PW_FAIL(PW_EUSAGE, "%s is missing; see `pathways %s --help`", what, argv[0]);
    if (count > max) PW_FAIL(PW_EUSAGE, "too many arguments: %s is all that is needed", what);
    for (int i = optind; i < argc; i++)
        if (argv[i][0] == '\0')
            PW_FAIL(PW_EUSAGE, "an argument is empty text; see `pathways %s --help`", argv[0]);
done:
    return status;
}

pw_status
cli_print_faults(FILE *stream, const struct pw_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        char *line = NULL;
        const pw_status status = pw_fault_line(&faults->items[i], &line);

        if (status != PW_OK) return status;
        (void) fprintf(stream, "%s\n", line);
        pw_free(&line);
    }
    return PW_OK;
}

pw_status
cli_scenario_read(const char *path, struct pw_scenario *scenario)
{
    struct pw_faults faults = { 0 };
    const pw_status status = pw_scenario_read(path, NULL, 0, scenario, &faults);

    if (status == PW_EINPUT && faults.count > 1) (void) cli_print_faults(stderr, &faults);
    pw_faults_free(&faults);
    return status;
}
