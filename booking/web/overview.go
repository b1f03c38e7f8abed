package web

import (
	"context"
	"net/http"

	"go.uber.org/zap"
)

// overviewPage is the first page.
type overviewPage struct {
	Census  *count
	Failed  bool // the last count did
	Links   []Link
	Matters []Matter
	More    int // matters that are not listed
	Blind   bool
	States  []stateCount
}

// stateCount is how many orders are in a state; Share is that of the greatest number, in percent.
type stateCount struct {
	State string
	N     int
	Share int
}

// overview is what happens today.
func (c *Console) overview(ctx context.Context, _ *http.Request, _ *visit) (any, error) {
	p := overviewPage{}
	p.Census, p.Failed = c.census.latest(ctx)
	if c.o.Links != nil {
		p.Links = c.o.Links()
	}
	if n := p.Census; n != nil {
		p.States = n.states()
		p.Matters = append(p.Matters, n.matters...)
		p.More = n.moreMatters
	}
	if c.o.Matters != nil {
		more, err := c.o.Matters(ctx)
		if err != nil {
			c.o.Log.Warn("console: not all that needs a person is shown", zap.Error(err))
			p.Blind = true
		}
		p.Matters = append(p.Matters, more...)
	}
	byTime(p.Matters)
	if n := len(p.Matters) - maxMatters; n > 0 {
		p.Matters, p.More = p.Matters[:maxMatters], p.More+n
	}
	return p, nil
}

// counting tells whether there are no numbers yet.
func (p overviewPage) counting() bool { return p.Census == nil && !p.Failed }
