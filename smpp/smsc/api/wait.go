package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"shortfare/smpp/smsc"
)

// wait reads how long the client waits, and makes the context of that.
func wait(r *http.Request) (context.Context, context.CancelFunc, error) {
	d := time.Duration(0)
	if word := r.FormValue("wait"); word != "" {
		var err error
		if d, err = time.ParseDuration(word); err != nil || d < 0 {
			return nil, nil, fmt.Errorf("wait is a time such as 30s, not %q", word)
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), min(d, MaxWait))
	return ctx, cancel, nil
}

// long takes a place among the requests that take long; if there is none, it has answered.
func (x *server) long(w http.ResponseWriter) (leave func(), ok bool) {
	select {
	case x.streams <- struct{}{}:
		return func() { <-x.streams }, true
	default:
		refuse(w, http.StatusServiceUnavailable, fmt.Errorf("more than %d requests wait", MaxStreams))
		return nil, false
	}
}

// mo answers what became of an injected text, when it is final or the wait is over.
func (x *server) mo(w http.ResponseWriter, r *http.Request) {
	ctx, cancel, err := wait(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	defer cancel()
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	m, known := x.smsc.MO(id)
	if err != nil || !known {
		refuse(w, http.StatusNotFound, errors.New("there is no such text, or it was forgotten"))
		return
	}
	if m.State == smsc.Queued && r.FormValue("wait") != "" {
		leave, ok := x.long(w)
		if !ok {
			return
		}
		defer leave()
		if final, err := x.smsc.WaitMO(ctx, id); err == nil {
			m = final
		} else if now, known := x.smsc.MO(id); known {
			m = now
		}
	}
	reply(w, http.StatusOK, m)
}

// texts answers what handsets show, at once or when there is something.
func (x *server) texts(w http.ResponseWriter, r *http.Request) {
	ctx, cancel, err := wait(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	defer cancel()
	after, err1 := number(r, "after", 0)
	limit, err2 := number(r, "limit", 100)
	if err := errors.Join(err1, err2); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	leave, ok := x.long(w)
	if !ok {
		return
	}
	defer leave()
	all, _ := x.smsc.TextsAfter(ctx, r.FormValue("to"), after, int(min(max(limit, 1), MaxTexts))) // none when the wait is over
	reply(w, http.StatusOK, list(all))
}

// events streams what handsets show as server-sent events; the id of an event is that of the text.
func (x *server) events(w http.ResponseWriter, r *http.Request) {
	after, err := number(r, "after", x.smsc.LastText())
	if last, wrong := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); wrong == nil {
		after = last
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	leave, ok := x.long(w)
	if !ok {
		return
	}
	defer leave()
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // a server without deadlines needs none
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	for {
		if err := control.Flush(); err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), heartbeat)
		all, _ := x.smsc.TextsAfter(ctx, r.FormValue("to"), after, MaxTexts) // none: a heartbeat, or the client has gone
		cancel()
		if r.Context().Err() != nil {
			return
		}
		if len(all) == 0 {
			fmt.Fprint(w, ": alive\n\n")
		}
		for _, t := range all {
			after = t.ID
			data, err := json.Marshal(t)
			if err != nil {
				return // impossible: numbers, text and a time
			}
			fmt.Fprintf(w, "id: %d\nevent: text\ndata: %s\n\n", t.ID, data)
		}
	}
}
