#!/usr/bin/env Rscript
# Ways from 16 to 30 of one birth cohort, by the parents' class: every life a line, and the shares of its states.
#
#     Rscript sequence_index.R RUN.h5 [PICTURE.png [FIRST_BIRTH LAST_BIRTH]]
#
# An example to copy: it reads the run file as it is, with rhdf5 (Debian's r-bioc-rhdf5), draws with base graphics, and
# uses nothing else of this project. It also prints the shares at each age, as sequence_index.py does.
# SPDX-License-Identifier: MIT
#
# With TraMineR, which Debian does not have, begin from the table of spells instead:
#
#     pathways export RUN.h5 --table spells --cohort 2030-2034 --ages 16-30 -o spells.csv
#
#     library(TraMineR)
#     spells <- read.csv("spells.csv", colClasses = c(key = "character"))  # a key has more digits than a number of R
#     # person, begin, end and state are the first four columns, and begin and end count from 1 at age 16
#     states <- seqformat(spells, from = "SPELL", to = "STS", process = TRUE, limit = 15)
#     lives <- seqdef(states, cnames = 16:30)
#     seqIplot(lives, sortv = "from.start")
#     seqdplot(lives, group = spells$origin_class[match(rownames(states), spells$person)])

suppressMessages(library(rhdf5))

ages <- 16:30
num_lines <- 500  # lives drawn of each group, evenly spaced in their order: more would be thinner than a pixel

# What is drawn, from bottom to top. Colours differ for colour-blind readers too: study in colours, work in greys.
strands <- c("University" = "#004488", "School sixth form" = "#7fb2e5", "College" = "#aa66aa",
             "Apprenticeship" = "#eeb02c", "Professional work" = "#3d3d3d", "Intermediate work" = "#8f8f8f",
             "Working-class work" = "#c9c0b0", "Neither work nor study" = "#d1495b")
strand_of_state <- c(
    school = "School sixth form", sixth_form = "School sixth form", further_education = "College",
    adult_education = "College", apprenticeship_intermediate = "Apprenticeship",
    apprenticeship_advanced = "Apprenticeship", apprenticeship_higher = "Apprenticeship",
    university_home = "University", university_away = "University", postgraduate = "University",
    unemployed = "Neither work nor study", inactive = "Neither work nor study", retired = "Neither work nor study"
) # "employed" is told apart by class; who is in none of these is not here
strand_of_class <- c(
    higher_professional = "Professional work", lower_professional = "Professional work",
    intermediate = "Intermediate work", higher_working = "Working-class work", lower_working = "Working-class work")
origins <- list("Parents in working-class jobs" = c("lower_working", "higher_working"),
                "Parents in professional jobs" = c("lower_professional", "higher_professional"))

# --- Read ---------------------------------------------------------------------------------------------------------

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments) %in% c(1, 2, 4)) stop("usage: sequence_index.R RUN.h5 [PICTURE.png [FIRST_BIRTH LAST_BIRTH]]")
run <- arguments[1]
picture <- if (length(arguments) > 1) arguments[2] else "sequence_index.png"

# rhdf5 warns of attributes that it cannot read, which are the links between datasets and their dimensions.
attribute <- function(name, what) suppressWarnings(h5readAttributes(run, name))[[what]]
# What the codes of a dataset stand for, from 0.
meanings <- function(name) strsplit(attribute(name, "flag_meanings"), " ")[[1]]

years <- as.vector(h5read(run, "/trajectories/year"))
births <- if (length(arguments) > 3) as.integer(arguments[3:4]) else max(years) - max(ages) - c(4, 0)
if (births[1] + min(ages) < min(years) || births[2] + max(ages) > max(years)) {
    stop(sprintf("%s: trajectories go from %d to %d: choose births from %d to %d", run, min(years), max(years),
                 min(years) - min(ages), max(years) - max(ages)))
}

# People are in order of birth, the same in /persons and in /trajectories: a cohort is a range of both. R turns the
# dimensions of a file round: [year, person].
birth_year <- as.vector(h5read(run, "/persons/birth_year"))
rows <- which(birth_year >= births[1] & birth_year <= births[2])
birth_year <- birth_year[rows]
state <- h5read(run, "/trajectories/state", index = list(NULL, rows))
job <- h5read(run, "/trajectories/class", index = list(NULL, rows))
class_names <- meanings("/trajectories/class")
origin <- class_names[as.vector(h5read(run, "/persons/origin_class", index = list(rows))) + 1]
title <- attribute("/", "title")

# [person, age] of the years in which each person has each age
at <- cbind(as.vector(outer(birth_year, ages, "+")) - min(years) + 1, rep(seq_along(rows), length(ages)))
state <- meanings("/trajectories/state")[state[at] + 1]
job <- class_names[job[at] + 1]
strand <- match(ifelse(state == "employed", strand_of_class[job], strand_of_state[state]), names(strands))
strand <- matrix(strand, length(rows), length(ages))

is_here <- rowSums(is.na(strand)) == 0
groups <- lapply(origins, function(classes) strand[is_here & origin %in% classes, , drop = FALSE])

# [strand, age]
shares <- function(lives) {
    apply(lives, 2, function(column) tabulate(column, length(strands))) / nrow(lives)
}

cat("parents,people,age,", paste(names(strands), collapse = ","), "\n", sep = "")
for (name in names(groups)) {
    table <- shares(groups[[name]])
    for (k in seq_along(ages)) {
        cat(name, nrow(groups[[name]]), ages[k], sprintf("%.4f", table[, k]), sep = ",")
        cat("\n")
    }
}

# --- Draw ---------------------------------------------------------------------------------------------------------

muted <- "#5f6368"
png(picture, width = 1380, height = 1290, res = 150, type = "cairo")
invisible(layout(matrix(1:4, 2), heights = c(3, 2.15)))
par(oma = c(3, 1.2, 8.7, 0.3), mgp = c(2.3, 0.5, 0), tcl = 0, las = 1, fg = "#e4e6e8", col.axis = muted,
    col.lab = muted, cex = 0.75)
for (name in names(groups)) {
    lives <- groups[[name]]
    is_first <- name == names(groups)[1]
    # In the order of the states at 16, then 17, and so on.
    lives <- lives[do.call(order, as.data.frame(lives)), ]
    drawn <- lives[round(seq(1, nrow(lives), length.out = min(num_lines, nrow(lives)))), ]
    par(mar = c(0.6, 3.4, 1.6, 0.4))
    image(c(ages, max(ages) + 1) - 0.5, seq(0, 100, length.out = nrow(drawn) + 1), t(drawn), col = strands,
          zlim = c(1, length(strands)), axes = FALSE, xlab = "", useRaster = TRUE,
          ylab = if (is_first) "lives, sorted by the state at 16, then 17, ... [%]" else "")
    axis(2, seq(0, 100, 20))
    title(sprintf("%s (%s people)", name, format(nrow(lives), big.mark = ",")), adj = 0, line = 0.4, cex.main = 1.1)
    par(mar = c(3.6, 3.4, 0.6, 0.4))
    barplot(100 * shares(lives), space = 0, border = NA, col = strands, axes = FALSE, xaxs = "i", yaxs = "i",
            xlab = "age at the end of the year", ylab = if (is_first) "people in each state [%]" else "")
    axis(1, seq_along(ages) - 0.5, ifelse(ages %% 2 == 0, ages, ""), lwd = 0)
    axis(2, seq(0, 100, 20))
}
# The whole page, in inches from its lower left corner.
par(fig = c(0, 1, 0, 1), oma = rep(0, 4), mar = rep(0, 4), new = TRUE)
plot.new()
plot.window(c(0, 9.2), c(0, 8.6), xaxs = "i", yaxs = "i")
text(0.55, 8.42, "Which ways do young people take from 16 to 30,\nand how much does their parents' class decide?",
     adj = c(0, 1), font = 2, cex = 1.9, col = "black")
legend(0.42, 7.84, names(strands), fill = strands, border = NA, bty = "n", ncol = 4, x.intersp = 0.6, cex = 1.1,
       text.col = "black")
text(0.55, 0.1, sprintf(paste0(
    "%s: people born %d to %d who live in England from 16 to 30. Above, each line is one life (%d evenly spaced of ",
    "each group);\nbelow, the shares of all. Simulated by pathways, not observed. Source: %s"),
    title, births[1], births[2], num_lines, basename(run)), adj = c(0, 0), cex = 0.85, col = muted)
invisible(dev.off())
