/* The one list of vectors that loops over lanes are compiled for. Whoever includes this names the
 * file with the text of its functions, LANES_TEXT, which declares each with LANES_FOR and names it
 * with LANES_NAME; LANES_PICK(vectors, name) is the one for `vectors`, never VECTORS_BEST.
 *
 * Included once in a file of C, so it has no guard. */
#define LANES_FOR
#define LANES_NAME(name) name##_plain
#include LANES_TEXT
#undef LANES_FOR
#undef LANES_NAME

#if HAVE_WIDE_VECTORS
#define LANES_FOR FOR_VECTORS_256
#define LANES_NAME(name) name##_256
#include LANES_TEXT
#undef LANES_FOR
#undef LANES_NAME

#define LANES_FOR FOR_VECTORS_512
#define LANES_NAME(name) name##_512
#include LANES_TEXT
#undef LANES_FOR
#undef LANES_NAME

#define LANES_PICK(vectors, name)                                                                  \
    ((vectors) == VECTORS_512 ? name##_512 : (vectors) == VECTORS_256 ? name##_256 : name##_plain)
#else
#define LANES_PICK(vectors, name) ((void)(vectors), name##_plain)
#endif
