package parser

import "strings"

// Operator tells whether the verb is for operators' phones only.
func (v Verb) Operator() bool {
	switch v {
	case Stat, Suspend, Resume, Broadcast, Desk, Review:
		return true
	}
	return false
}

// Plain reads a text as Parse does, for somebody who is no operator: STAT, HOLD,
// OPEN, BCAST, DESK and REVIEW are words like any other that is not known, so that no answer
// tells that they mean something.
func Plain(text string, ctx Context) Command {
	const most = 4 // such words at the start of a text
	c := Parse(text, ctx)
	hidden := map[string]string{}
	for range most {
		if !c.Verb.Operator() {
			return c.show(hidden)
		}
		word := ""
		for _, r := range c.Why {
			if strings.HasPrefix(r.Rule, "verb") {
				word = r.Word
				break
			}
		}
		if word == "" || !strings.Contains(text, word) {
			break
		}
		mask := unknownWord(word)
		hidden[mask] = word
		text = strings.Replace(text, word, mask, 1)
		c = Parse(text, ctx)
	}
	return Command{Verb: Unknown, Lang: c.Lang, Removed: c.Removed}
}

// unknownWord is a word like that one that nothing is called by.
func unknownWord(word string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 {
			return 'q'
		}
		return '囗'
	}, word)
}

// show puts the words as typed back into what the parser says of the text.
func (c Command) show(hidden map[string]string) Command {
	for mask, word := range hidden {
		for i := range c.Unread {
			c.Unread[i] = strings.Replace(c.Unread[i], mask, word, 1)
		}
		for i := range c.Why {
			c.Why[i].Word = strings.Replace(c.Why[i].Word, mask, word, 1)
		}
		c.Name = strings.Replace(c.Name, mask, word, 1)
		for i := range c.People {
			c.People[i].Name = strings.Replace(c.People[i].Name, mask, word, 1)
		}
		c.Suggest = strings.Replace(c.Suggest, mask, word, 1)
		c.Topic = strings.Replace(c.Topic, mask, word, 1)
		c.Value = strings.Replace(c.Value, mask, word, 1)
	}
	return c
}
