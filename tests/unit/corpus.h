/* The scripts of the project: those in its folders, and the blocks ```spoke of its documents. */
#ifndef SPOKE_TESTS_CORPUS_H
#define SPOKE_TESTS_CORPUS_H

#include "base/buf.h"

/* The name is a path, with the line for a block of a document; both texts live as long as the call.
 */
typedef void corpus_visit(void *user, const char *name, struct str text);

/* In the order of their names, whatever the file system says. */
void corpus_folder(const char *folder, corpus_visit *visit, void *user);
void corpus_document(const char *path, corpus_visit *visit, void *user);
void corpus_documents(const char *folder, corpus_visit *visit, void *user);

/* Scripts kept in memory, for tests that go through them several times. */
enum { CORPUS_MOST = 400 };
struct corpus {
    struct alloc memory;
    struct buf scripts[CORPUS_MOST];
    char *names[CORPUS_MOST];
    size_t n;
};
/* Those of tests/language and of the examples. */
void corpus_read(struct corpus *c);
void corpus_free(struct corpus *c);

#endif
