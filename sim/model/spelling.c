/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/spelling.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define MAX_LENGTH 127
#define TOO_FAR    255

static int
least(int a, int b)
{
    return a < b ? a : b;
}

static int
folded(char letter)
{
    return tolower((unsigned char) letter);
}

int
pw_spelling_distance(const char *left, const char *right)
{
    const size_t left_length = strlen(left), right_length = strlen(right);
    int rows[3][MAX_LENGTH + 1] = { { 0 } }; /* of the table of distances: i - 2, i - 1, i */

    if (left_length > MAX_LENGTH || right_length > MAX_LENGTH) return TOO_FAR;
    for (size_t j = 0; j <= right_length; j++)
        rows[0][j] = (int) j;
    for (size_t i = 1; i <= left_length; i++) {
        int *row = rows[i % 3];
        const int *above = rows[(i + 2) % 3], *above_that = rows[(i + 1) % 3];

        row[0] = (int) i;
        for (size_t j = 1; j <= right_length; j++) {
            const int a = folded(left[i - 1]), b = folded(right[j - 1]);
            int edits = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a != b));

            if (i > 1 && j > 1 && a == folded(right[j - 2]) && b == folded(left[i - 2]))
                edits = least(edits, above_that[j - 2] + 1);
            row[j] = edits;
        }
    }
    return rows[left_length % 3][right_length];
}

struct pw_spelling
pw_spelling_of(const char *word)
{
    const size_t third = strlen(word) / 3;
    const int limit = third < 1 ? 1 : third > 4 ? 4 : (int) third;

    return (struct pw_spelling){ .word = word, .distance = TOO_FAR, .limit = limit };
}

void
pw_spelling_try(struct pw_spelling *spelling, const char *candidate)
{
    if (candidate == NULL) return;
    const size_t length = strlen(spelling->word), other = strlen(candidate);
    if ((length > other ? length - other : other - length) > (size_t) spelling->limit)
        return; /* so many edits at least */
    const int distance = pw_spelling_distance(spelling->word, candidate);
    if (distance <= spelling->limit && distance < spelling->distance) {
        spelling->distance = distance;
        spelling->nearest = candidate;
    }
}
