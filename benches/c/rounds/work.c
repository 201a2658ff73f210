#include "rounds.h"

#include <stdlib.h>

static volatile unsigned long spoilt = 0;

void work(void) {
    if (spoilt) {
        abort();
    }
}
