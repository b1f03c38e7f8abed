package booking

// Taken is one submit of a text that a carrier has taken: of a long text, one
// of its parts. Each part has a message id and a receipt of its own; the text is
// delivered when all of them are, and is not when one of them is not.
type Taken struct {
	MessageID string   // the carrier's, as it is stored
	Forms     []string // of MessageID as receipts may write it; they count with the MSISDN only
	Wire      string   // as the carrier wrote it, where it is asked about; else empty
}
