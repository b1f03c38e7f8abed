// Package stats counts orders and sorts them: by service ("G123 2, CA1501 5"),
// day, class, customer class, state and whatever else a Dimension names, alone or
// together. A Table takes facts one by one, holds a row for each group only, and
// is written as a text of one segment, as CSV or as JSON.
//
// Labels come from timetables and customers. They are written so that they can do
// nothing: no control character reaches a terminal or a phone, and no cell of a
// CSV file is a formula.
package stats
