/** What a message's text, subject and attributes come to in UTF-8, at most: SNS's bound. */
export const maximumTopicMessageBytes = 262_144;
