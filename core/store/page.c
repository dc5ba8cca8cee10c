#include "core/store/page.h"

void store_page_params(struct pg_params *params, const struct store_page *page)
{
    pg_params_int64(params, page->limit);
    if (page->follows) {
        pg_params_int64(params, page->sort);
        pg_params_public_id(params, page->id);
    } else {
        pg_params_null(params);
        pg_params_null(params);
    }
}
