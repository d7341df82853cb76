/** DynamoDB's quotas for tables, items and requests. */
export const maximumItemBytes = 409_600;
export const maximumPartitionKeyBytes = 2048;
export const maximumSortKeyBytes = 1024;
/** How many lists and maps a value may stand inside. */
export const maximumNestingLevels = 32;
export const maximumNumberDigits = 38;
/** The exponent of a number's first digit. */
export const maximumNumberExponent = 125;
export const minimumNumberExponent = -130;
export const maximumWritesPerRequest = 100;
/** What the items of one request's writes may come to. */
export const maximumWriteBytes = 4_194_304;
/** A page of a query or scan ends with the item that reaches it. */
export const maximumPageBytes = 1_048_576;
/** Operators and functions in one condition. */
export const maximumConditionOperators = 300;
export const maximumInOperands = 100;
/** Actions in one update; DynamoDB bounds the expression's text (4 KB) instead. */
export const maximumUpdateActions = 300;
/** Operators and operands in one value that an update sets. */
export const maximumUpdateOperators = 300;
