/**
 * spelling.h - "did you mean": the nearest of many words.
 *
 * Layer 1 (model). Distance: insertions, deletions, changes and swaps of neighbours, each 1
 * (optimal string alignment), capitals ignored.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SPELLING_H
#define PW_SPELLING_H

/** A search under way. Start with pw_spelling_of. */
struct pw_spelling {
    const char *word;
    const char *nearest; /* NULL: nothing near so far */
    int distance, limit; /* of the nearest; largest that still counts as near */
};

/** Edits that turn one word into the other; 255 when a word is longer than 127 bytes. Pure. */
int pw_spelling_distance(const char *left, const char *right);

/** Begin to look for words near `word`: within a third of its length, at least one edit, at most
 * four. */
struct pw_spelling pw_spelling_of(const char *word);

/** Consider one word; the first of equally near ones is kept. NULL is ignored. */
void pw_spelling_try(struct pw_spelling *spelling, const char *candidate);

#endif
