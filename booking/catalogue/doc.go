// Package catalogue is the timetable: services, stops, names and fares, as an
// immutable snapshot in memory that answers without a query. It reads GTFS
// (General Transit Feed Specification, Schedule Reference) from a zip or a
// folder, or the demo timetable that is built in.
//
// A snapshot is made once and never changes, so every method may be called
// from any goroutine. A new timetable is a new snapshot.
//
// Names. Customers know a station by its Chinese name, its pinyin, an English
// form (`Beijing South`), a telecode, an IATA code or a city's area code; one map
// holds all of them, folded. A city's name stands for all its stations, a
// station's for itself.
//
// Memory. Calls at stops are columns of small integers, about 30 bytes a call
// with their index; names and trip ids are the only text kept.
package catalogue
