"""Writes a C program that compares the structures of examples/embed/nightly.py with those of spoke.h:
where each field lies, how long it is, and the size of what the library fills in.

    host_layouts.py FOLDER-OF-NIGHTLY >layouts.c
"""

import sys
from ctypes import sizeof

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from nightly import LAYOUTS  # noqa: E402 (found through the path above)

print('#include "spoke.h"\n#include <stdio.h>\n\nint main(void) {\n    int wrong = 0;')
for name, mirror in LAYOUTS.items():
    for field, _ in mirror._fields_:
        here = getattr(mirror, field)
        print(f'''    if (offsetof({name}, {field}) != {here.offset} ||
        sizeof((({name} *)0)->{field}) != {here.size})
        wrong += printf("{name}.{field} lies elsewhere in spoke.h\\n");''')
print(f'''    if (sizeof(spoke_check_summary) != {sizeof(LAYOUTS["spoke_check_summary"])})
        wrong += printf("spoke_check_summary has another size in spoke.h\\n");''')
print("    return wrong != 0;\n}")
