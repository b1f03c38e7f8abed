package register

import (
	"errors"

	"github.com/go-json-experiment/json"
)

// Request is the body of a question.
type Request struct {
	Key      string   `json:"key"` // of this question; the same key is the same question
	Name     string   `json:"name"`
	Document Document `json:"document"`
}

// Document is the document of a Request.
type Document struct {
	Kind   string `json:"kind"` // as package identity names kinds: resident_id, passport
	Number string `json:"number"`
}

// Results of an Answer.
const (
	Match   = "match"    // the document is real and belongs to that name
	NoMatch = "no_match" // there is no such document, or it is somebody else's
)

// Answer is the body of an answer.
type Answer struct {
	Key    string `json:"key"`              // of the question
	Result string `json:"result,omitempty"` // Match or NoMatch
	Ref    string `json:"ref,omitempty"`    // the register's own reference, for a Match
	Error  string `json:"error,omitempty"`  // set when the question could not be decided
}

// maxRef bounds what is kept of a register's reference.
const maxRef = 64

// Errors of answers. None quotes the answer, which may quote the question.
var (
	errBody   = errors.New("the answer is not what the contract says")
	errOther  = errors.New("the answer is about another question")
	errFailed = errors.New("the register could not decide")
)

// ParseAnswer reads the body of an answer to the question with that key. Errors
// mean that nothing is known. Names in the body are case-sensitive, none may stand
// twice, and those that are not known are passed over.
func ParseAnswer(body []byte, key string) (Answer, error) {
	var a Answer
	if err := json.Unmarshal(body, &a); err != nil {
		return Answer{}, errBody
	}
	switch {
	case a.Key != key:
		return Answer{}, errOther
	case a.Error != "":
		return Answer{}, errFailed
	case a.Result == NoMatch:
		return a, nil
	case a.Result != Match || !reference(a.Ref):
		return Answer{}, errBody
	}
	return a, nil
}

// reference tells whether a register's reference may be kept and logged as it
// is: printable ASCII without spaces.
func reference(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return len(s) <= maxRef
}
