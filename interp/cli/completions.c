/* Completion scripts for bash, zsh and fish: commands, the options that each
 * takes, and the values of options.
 *
 * Texts of the table stand in single quotes there; it has none itself. */
#include "cli/option_table.h"
#include <string.h>

static bool is_file(const struct option_row *row) {
    return row->values && strcmp(row->values, "file") == 0;
}

static void put_names(struct bytes *out) {
    for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
        bytes_printf(out, "%s%s", i == COMMAND_OPEN + 1 ? "" : " ", commands[i].name);
    }
}

/* The options of a command, as they are typed. */
static void put_options(struct bytes *out, int command) {
    const char *between = "";
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (options[i].name && (options[i].commands & ON(command))) {
            bytes_printf(out, "%s--%s", between, options[i].name);
            between = " ";
        }
    }
}

/* ---- bash ---- */

static void put_bash(struct bytes *out) {
    bytes_text(out, "_spoke() {\n"
                    "    local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]}\n"
                    "    local words=\n    case $last in\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (options[i].values && !is_file(&options[i])) {
            bytes_printf(out, "    --%s) COMPREPLY=($(compgen -W '%s' -- \"$word\")); return;;\n",
                         options[i].name, options[i].values);
        }
    }
    bytes_text(out, "    esac\n    case ${COMP_WORDS[1]} in\n");
    for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
        bytes_printf(out, "    %s) words='", commands[i].name);
        put_options(out, i);
        bytes_text(out, "';;\n");
    }
    bytes_text(out, "    *) words='");
    put_options(out, COMMAND_OPEN);
    bytes_text(out, "';;\n    esac\n    case $word in\n"
                    "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")); return;;\n"
                    "    esac\n    COMPREPLY=($(compgen -f -- \"$word\"))\n"
                    "    if [ \"$COMP_CWORD\" = 1 ]; then\n        COMPREPLY+=($(compgen -W '");
    put_names(out);
    bytes_text(out, "' -- \"$word\"))\n    fi\n}\ncomplete -o filenames -F _spoke spoke\n");
}

/* ---- zsh ---- */

static void put_zsh_option(struct bytes *out, const struct option_row *row) {
    bytes_printf(out, "        '*--%s[%s]", row->name, row->help);
    if (row->argument && is_file(row)) {
        bytes_printf(out, ":%s:_files", row->argument);
    } else if (row->argument) {
        bytes_printf(out, ":%s:%s%s%s", row->argument, row->values ? "(" : "",
                     row->values ? row->values : "", row->values ? ")" : "");
    }
    bytes_text(out, "' \\\n");
}

static void put_zsh_command(struct bytes *out, int command) {
    bytes_printf(out, "    (%s) _arguments \\\n",
                 command == COMMAND_OPEN ? "*" : commands[command].name);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (options[i].name && (options[i].commands & ON(command))) {
            put_zsh_option(out, &options[i]);
        }
    }
    if (command == COMMAND_OPEN) {
        bytes_text(out, "        '1: :{_alternative \"commands:command:(");
        put_names(out);
        bytes_text(out, ")\" \"files:file:_files\"}' \\\n");
    }
    bytes_text(out, "        '*:file:_files' ;;\n");
}

static void put_zsh(struct bytes *out) {
    bytes_text(out, "#compdef spoke\ncase $words[2] in\n");
    for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
        put_zsh_command(out, i);
    }
    put_zsh_command(out, COMMAND_OPEN);
    bytes_text(out, "esac\n");
}

/* ---- fish ---- */

/* Where an option can stand: behind one of its commands, or before any. */
static void put_fish_condition(struct bytes *out, const struct option_row *row) {
    bytes_text(out, "complete -c spoke -n '");
    if (row->commands & ON(COMMAND_OPEN)) {
        bytes_text(out, "__fish_use_subcommand; or ");
    }
    bytes_text(out, "__fish_seen_subcommand_from");
    for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
        if (row->commands & ON(i)) {
            bytes_printf(out, " %s", commands[i].name);
        }
    }
    bytes_text(out, "'");
}

static void put_fish(struct bytes *out) {
    for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
        bytes_printf(out, "complete -c spoke -n __fish_use_subcommand -a %s -d '%s'\n",
                     commands[i].name, commands[i].help);
    }
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &options[i];
        if (!row->name) {
            continue;
        }
        put_fish_condition(out, row);
        bytes_printf(out, " -l %s%s -d '%s'", row->name, row->argument ? " -r" : "", row->help);
        if (row->values && !is_file(row)) {
            bytes_printf(out, " -f -a '%s'", row->values);
        }
        bytes_text(out, "\n");
    }
}

bool options_completions(struct bytes *out, const char *shell) {
    if (strcmp(shell, "bash") == 0) {
        put_bash(out);
    } else if (strcmp(shell, "zsh") == 0) {
        put_zsh(out);
    } else if (strcmp(shell, "fish") == 0) {
        put_fish(out);
    } else {
        return false;
    }
    return true;
}
