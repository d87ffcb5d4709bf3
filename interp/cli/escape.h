/* Texts of other people in outputs: what a terminal, an XML reader or a build
 * server would take for more than text is written out instead. All texts are
 * UTF-8; broken bytes come out as U+FFFD. */
#ifndef SPOKE_CLI_ESCAPE_H
#define SPOKE_CLI_ESCAPE_H

#include "cli/bytes.h"

/* As it is, with U+FFFD for broken bytes. */
void escape_broken(struct bytes *out, spoke_text t);
/* On one line, with nothing that moves a cursor, colours, or turns the direction of writing:
 * \n, \t, \u{1b}. */
void escape_line(struct bytes *out, spoke_text t);
/* For the contents of elements and attributes of XML 1.0. What XML cannot say is written as
 * escape_line does; line ends and tabs as references, so that attributes keep them. */
void escape_xml(struct bytes *out, spoke_text t);
/* For the message of a command of GitHub's; `property`: for one of its properties. */
void escape_github(struct bytes *out, spoke_text t, bool property);
/* For the description of a TAP point. */
void escape_tap(struct bytes *out, spoke_text t);
/* A byte of an address: as it is, or as %XX. */
void escape_uri_byte(struct bytes *out, char byte);
/* A path as a reference of RFC 3986. */
void escape_uri(struct bytes *out, spoke_text path);

#endif
