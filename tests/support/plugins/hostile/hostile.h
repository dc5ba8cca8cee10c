/* What tests and the hostile plugin agree on. */
#ifndef NB_TESTS_HOSTILE_H
#define NB_TESTS_HOSTILE_H

#define HOSTILE_ROOMS 13     /* a price ask of so many rooms sets it off */
#define HOSTILE_TEXT "now"   /* so does validating this */
#define HOSTILE_OLD_STATE 1u /* the state version that it migrates from */
/* Stands once in the file, with room for another name of the same length. */
#define HOSTILE_INITIAL "none-whatsoever"

#endif
