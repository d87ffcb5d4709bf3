/* The manual page: commands and options from the table, and what else a person
 * looks for there. Written with the macros of man(7). */
#include "cli/option_table.h"
#include "api/spoke.h"
#include <string.h>

/* A text in which nothing means something to roff. */
static void put_plain(struct bytes *out, const char *text) {
    for (const char *p = text; *p; p++) {
        if (*p == '-') {
            bytes_text(out, "\\-");
        } else if (*p == '\\') {
            bytes_text(out, "\\e");
        } else if (*p == '`') {
            bytes_text(out, "\\(ga");
        } else {
            bytes_put(out, p, 1);
        }
    }
}

static void put_bold_line(struct bytes *out, const char *text) {
    bytes_text(out, ".B ");
    put_plain(out, text);
    bytes_text(out, "\n");
}

static void put_commands(struct bytes *out) {
    bytes_text(out, ".SH COMMANDS\n");
    for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
        bytes_text(out, ".TP\n");
        put_bold_line(out, commands[i].usage);
        put_plain(out, commands[i].help);
        bytes_text(out, ".\n");
        if (commands[i].further) {
            put_plain(out, commands[i].further);
        }
    }
}

/* Which commands take an option; none for one that all take. */
static void put_takers(struct bytes *out, const struct option_row *row) {
    const char *before = " (of ";
    if (row->commands == (1u << COMMAND_COUNT) - 1) {
        return;
    }
    for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
        if (row->commands & ON(i)) {
            bytes_printf(out, "%s%s", before, commands[i].name);
            before = ", ";
        }
    }
    bytes_text(out, before[0] == ',' ? ")" : "");
}

static void put_options(struct bytes *out) {
    bytes_text(out, ".SH OPTIONS\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &options[i];
        bytes_text(out, ".TP\n.BR ");
        if (row->letter) {
            bytes_printf(out, "\\-%c", row->letter);
        }
        if (row->name) {
            bytes_text(out, row->letter ? " \", \" \\-\\-" : "\\-\\-");
            put_plain(out, row->name);
        }
        if (row->argument) {
            bytes_text(out, " \" \\fI");
            put_plain(out, row->argument);
            bytes_text(out, "\\fP\"");
        }
        bytes_text(out, "\n");
        put_plain(out, row->help);
        put_takers(out, row);
        bytes_text(out, "\n");
    }
}

void options_manual(struct bytes *out) {
    bytes_printf(out, ".TH SPOKE 1 \"\" \"Spoke %s\" \"User commands\"\n", spoke_version());
    bytes_text(out, ".SH NAME\nspoke \\- questions to the data of school improvement networks\n"
                    ".SH SYNOPSIS\n");
    for (int i = COMMAND_OPEN; i < COMMAND_COUNT; i++) {
        bytes_text(out, i > COMMAND_OPEN ? ".br\n" : "");
        put_bold_line(out, commands[i].usage);
    }
    bytes_text(out,
               ".SH DESCRIPTION\nSpoke is a small declarative language over an SQLite store.\n"
               "Without a command, FILE is a script or a store; without FILE there is a prompt,\n"
               "or the script is read from a pipe.\n"
               "Results go to standard output, everything else to standard error.\n");
    put_commands(out);
    put_options(out);
    bytes_text(out, ".SH PROMPT\nAt the prompt, \\fB:help\\fP lists its commands and "
                    "\\fB?\\fP\\fINAME\\fP explains a name.\n"
                    ".SH EXIT STATUS\n.TP\n0\nall is well\n"
                    ".TP\n1\na script failed, or a rule found something\n"
                    ".TP\n2\nmisuse, or something could not be judged\n"
                    ".TP\n130\ninterrupted\n"
                    ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours\n"
                    ".TP\n.B SPOKE_HISTORY\nthe file of the prompt\\(aqs history; empty: none\n"
                    ".TP\n.BR VISUAL \", \" EDITOR\nwhat \\fB:edit\\fP opens\n"
                    ".SH FILES\n.TP\n.I ~/.local/state/spoke/history\nentries of the prompt\n");
}
