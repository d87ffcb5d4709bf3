/* A network as a picture shows it, apart from how: filled once, then drawn for a terminal and as
 * SVG, as nodes and ties or as a matrix.
 *
 * Everything lives in the arena it was made in. Texts are UTF-8 and may be anything. */
#ifndef SPOKE_NETWORK_PICTURE_H
#define SPOKE_NETWORK_PICTURE_H

#include "base/buf.h"
#include "stdlib/network/layout.h"
#include "stdlib/picture/page.h"

enum {
    PICTURE_LOOKS = 7,           /* groups that have a look of their own */
    LOOK_OTHERS = PICTURE_LOOKS, /* all further groups */
    LOOK_UNKNOWN,                /* no group is known */
    ALL_LOOKS,
    PICTURE_KINDS = 5, /* of ties: their dashes */
    NOBODY_SPECIAL = UINT32_MAX
};

/* What a look, a shape or a dash stands for. */
struct picture_key {
    struct str word; /* "group"; empty: nothing is told apart */
    struct str name[ALL_LOOKS];
    uint32_t count[ALL_LOOKS]; /* members or ties; 0: not in the picture */
    uint32_t groups;           /* in LOOK_OTHERS, how many */
};

struct picture_member {
    struct str name;
    uint32_t look, shape; /* below ALL_LOOKS */
    double size;          /* by the measure of sizes; NaN: unknown */
    uint32_t degree;      /* other members it is tied to in the picture */
    bool hub;
    uint32_t steps; /* from the one in the middle; or its layer */
    struct spot at; /* in the layout */
};

struct picture_tie {
    uint32_t from, to;
    bool directed, mutual; /* mutual: both ways, and here once */
    uint32_t kind;         /* below PICTURE_KINDS */
    double strength;       /* of both ways; NaN: none declared */
};

enum picture_layout { PICTURE_STRESS, PICTURE_LAYERS, PICTURE_EGO, PICTURE_MATRIX };
enum picture_labels { LABELS_AUTO, LABELS_ALL, LABELS_NONE };

struct net_picture {
    struct str title;
    enum picture_layout layout;
    enum picture_labels labels;
    uint32_t n, nties;
    struct picture_member *member;
    struct picture_tie *tie;
    bool directed; /* any tie is */
    bool sideways; /* layers go from left to right, so that names stand below each other */
    /* Where `shapes` has no word, shapes go with looks. */
    struct picture_key looks, shapes, kinds;
    struct str size_word; /* "ties"; empty: all are alike */
    uint32_t ego;         /* a member, or NOBODY_SPECIAL */
    uint64_t possible;    /* ties */
    struct str method;    /* how places were found, a sentence; may be empty */
    struct str caution;   /* what is not in the picture; may be empty */
    /* filled by picture_finish */
    double least, most;   /* of sizes */
    double strongest;     /* NaN: no strengths */
    struct str summary;   /* one or two sentences */
    struct str described; /* for readers who cannot see it */
    uint32_t *order;      /* members by importance: the hub and the ego, then by size */
    /* The same network in several periods, whose names are titles; then this one has all members
     * and ties, for the words and the legend only. */
    const struct net_picture *wave;
    uint32_t nwaves;
};

/* Sizes, sentences and the order of labels. False: no memory. */
bool picture_finish(struct arena *a, struct net_picture *p);
/* Whether anything is told apart by it. */
bool picture_tells(const struct picture_key *key);
/* 0 to 1. */
double picture_size(const struct net_picture *p, uint32_t member);
/* Members by group, and in each by falling degree: the rows of a matrix. NULL: no memory. */
uint32_t *picture_rows(struct arena *a, const struct net_picture *p);

/* glyphs: 2 braille, 1 line characters, 0 ASCII. */
void picture_terminal(struct buf *out, struct arena *a, const struct net_picture *p, int width,
                      int glyphs);
void picture_svg(struct buf *out, struct arena *a, const struct net_picture *p);

/* ---- parts of these ---- */

struct picture_extent {
    double left, top, right, bottom; /* left above right: of nothing */
};
void picture_cover(const struct net_picture *p, struct picture_extent *extent);

/* In the picture's own unit of length. */
struct picture_frame {
    double left, top, width, most_height;
    /* The most that a unit of the layout may be; of layers that go sideways, downwards only. */
    double unit;
    double least_side;                   /* of what is drawn; it is centred in the frame */
    double radius;                       /* of the largest node */
    const struct picture_extent *extent; /* of several pictures on one scale; NULL: its own */
};
struct picture_places {
    struct spot *at;
    double *radius;
    double height; /* taken of most_height */
};
/* Scales a layout into the frame; nodes do not lie over each other as far as there is room. */
bool picture_fit(struct arena *a, const struct net_picture *p, const struct picture_frame *frame,
                 struct picture_places *out);
/* The largest radius of a node among so many. */
double picture_radius(uint32_t n);

/* What stands above and below the drawing itself. */
enum { PICTURE_WIDTH = PAGE_WIDTH, PICTURE_EDGE = PAGE_EDGE };
struct picture_paper {
    struct buf *out;
    struct arena *a;
    const struct net_picture *p;
    double top;          /* where the drawing begins */
    struct str notes[4]; /* below, a line each */
    int nnotes;
};
/* The height of heading, and of legend and notes. */
double paper_top(const struct net_picture *p);
double paper_bottom(const struct picture_paper *s);
/* What every picture has to note. */
void paper_note(struct picture_paper *s);
void paper_open(struct picture_paper *s, double height);
void paper_close(struct picture_paper *s, double height);
/* A shape at x, y, as large as a circle with this radius. */
void paper_shape(struct buf *out, const char *look, uint32_t shape, double x, double y,
                 double radius);
const char *paper_look(uint32_t look);

/* ---- nodes and ties of one picture, part of a paper or all of it ---- */

struct label;
struct line;
struct picture_drawing {
    struct picture_paper *paper;
    const struct net_picture *p;
    struct picture_frame frame;
    uint32_t most_names; /* of the most important */
    /* filled by drawing_lay_out */
    struct picture_places places;
    struct label *labels;
    uint32_t nlabels, named;
    struct line *lines; /* two for each tie */
};
/* The frame of names is the drawing's with `around` on each side. False: no memory. */
bool drawing_lay_out(struct picture_drawing *d, double around);
void drawing_put(struct picture_drawing *d);

void picture_waves_svg(struct buf *out, struct arena *a, const struct net_picture *p);
void picture_matrix_svg(struct buf *out, struct arena *a, const struct net_picture *p);
void picture_matrix_terminal(struct buf *out, struct arena *a, const struct net_picture *p,
                             int width, int glyphs);
/* Legend, sentences and notes on a terminal. */
void picture_terminal_words(struct buf *out, const struct net_picture *p, int width, int glyphs,
                            struct str note);
const char *picture_glyph(const struct net_picture *p, uint32_t member, int glyphs);

#endif
