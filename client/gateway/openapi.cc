// The API as OpenAPI 3.1 has it; a test compares its paths with the routes.
#include "client/gateway/page.h"

namespace usher::gateway {

std::string_view openapi_json() {
  return R"json({
 "openapi": "3.1.0",
 "info": {
  "title": "Usher",
  "version": ")json" USHER_VERSION R"json(",
  "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
  "description": "Sells seats, and never one twice."},
 "servers": [{"url": "/"}],
 "paths": {
  "/api/events": {
   "post": {
    "operationId": "createEvent",
    "summary": "Makes an event; the same again changes nothing",
    "requestBody": {
     "required": true,
     "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewEvent"}}}},
    "responses": {
     "201": {
      "description": "made",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}},
      "headers": {"Location": {"schema": {"type": "string"}}}},
     "200": {
      "description": "it was there already, the same",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "409": {"$ref": "#/components/responses/Forbidden"},
     "413": {"$ref": "#/components/responses/TooLarge"},
     "415": {"$ref": "#/components/responses/MediaType"},
     "503": {"$ref": "#/components/responses/Unavailable"},
     "504": {"$ref": "#/components/responses/OutcomeUnknown"}}},
   "get": {
    "operationId": "listEvents",
    "summary": "Events by id, a page at a time",
    "parameters": [
     {
      "name": "after",
      "in": "query",
      "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"}},
     {
      "name": "limit",
      "in": "query",
      "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}}],
    "responses": {
     "200": {
      "description": "at most one second old",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "required": ["events"],
         "properties": {
          "events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
          "next": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"}}}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/events/{id}": {
   "parameters": [{"$ref": "#/components/parameters/event"}],
   "get": {
    "operationId": "showEvent",
    "summary": "An event with the counts of its sections",
    "responses": {
     "200": {
      "description": "at most one second old",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "404": {"$ref": "#/components/responses/Unknown"},
     "503": {"$ref": "#/components/responses/Unavailable"}}},
   "patch": {
    "operationId": "alterEvent",
    "summary": "Counts from its place in the log",
    "requestBody": {
     "required": true,
     "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Alteration"}}}},
    "responses": {
     "200": {
      "description": "done, or so already",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "404": {"$ref": "#/components/responses/Unknown"},
     "413": {"$ref": "#/components/responses/TooLarge"},
     "415": {"$ref": "#/components/responses/MediaType"},
     "503": {"$ref": "#/components/responses/Unavailable"},
     "504": {"$ref": "#/components/responses/OutcomeUnknown"}}}},
  "/api/events/{id}/sections": {
   "parameters": [{"$ref": "#/components/parameters/event"}],
   "post": {
    "operationId": "addSection",
    "summary": "Adds a section",
    "requestBody": {
     "required": true,
     "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewSection"}}}},
    "responses": {
     "201": {
      "description": "made",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}},
     "200": {
      "description": "it was there already, the same",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "404": {"$ref": "#/components/responses/Unknown"},
     "409": {"$ref": "#/components/responses/Forbidden"},
     "413": {"$ref": "#/components/responses/TooLarge"},
     "415": {"$ref": "#/components/responses/MediaType"},
     "503": {"$ref": "#/components/responses/Unavailable"},
     "504": {"$ref": "#/components/responses/OutcomeUnknown"}}}},
  "/api/events/{id}/sections/{name}/seats": {
   "parameters": [
    {"$ref": "#/components/parameters/event"},
    {
     "name": "name",
     "in": "path",
     "required": true,
     "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"}}],
   "get": {
    "operationId": "showSeats",
    "summary": "The map of a section",
    "responses": {
     "200": {
      "description": "as the owner has it",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "required": ["rows", "offset"],
         "properties": {
          "rows": {
           "type": "array",
           "items": {
            "type": "object",
            "required": ["row", "seats"],
            "properties": {
             "row": {"type": "integer"},
             "seats": {
              "type": "string",
              "pattern": "^[.RSX]*$",
              "description": ". available, R reserved, S sold, X blocked"}}}},
          "offset": {"type": "integer"}}}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "404": {"$ref": "#/components/responses/Unknown"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/reservations": {
   "post": {
    "operationId": "reserve",
    "summary": "Asks for seats; answered once that is on a majority's disks",
    "parameters": [
     {
      "name": "Idempotency-Key",
      "in": "header",
      "schema": {"type": "string", "minLength": 1, "maxLength": 255},
      "description": "Per event and user; the same again is the same reservation"}],
    "requestBody": {
     "required": true,
     "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewReservation"}}}},
    "responses": {
     "202": {
      "description": "taken; ask for the outcome at Location",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pending"}}},
      "headers": {"Location": {"schema": {"type": "string"}}}},
     "200": {
      "description": "this key was used before, for the same",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reservation"}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "409": {"$ref": "#/components/responses/Forbidden"},
     "413": {"$ref": "#/components/responses/TooLarge"},
     "415": {"$ref": "#/components/responses/MediaType"},
     "422": {"$ref": "#/components/responses/KeyReused"},
     "503": {"$ref": "#/components/responses/Unavailable"},
     "504": {"$ref": "#/components/responses/OutcomeUnknown"}}}},
  "/api/reservations/{id}": {
   "parameters": [{"$ref": "#/components/parameters/reservation"}],
   "get": {
    "operationId": "showReservation",
    "summary": "A reservation; waits while it is not decided",
    "parameters": [
     {
      "name": "wait",
      "in": "query",
      "schema": {"type": "integer", "minimum": 0, "maximum": 60, "default": 0},
      "description": "seconds"}],
    "responses": {
     "200": {
      "description": "as it is; PENDING where it was not decided in the time",
      "content": {
       "application/json": {
        "schema": {
         "anyOf": [
          {"$ref": "#/components/schemas/Reservation"},
          {"$ref": "#/components/schemas/Pending"}]}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "404": {"$ref": "#/components/responses/Unknown"},
     "410": {"$ref": "#/components/responses/Gone"},
     "503": {"$ref": "#/components/responses/Unavailable"}}},
   "delete": {
    "operationId": "cancel",
    "summary": "Gives the seats back",
    "responses": {
     "200": {
      "description": "CANCELLED",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reservation"}}}},
     "404": {"$ref": "#/components/responses/Unknown"},
     "409": {"$ref": "#/components/responses/Forbidden"},
     "410": {"$ref": "#/components/responses/Gone"},
     "503": {"$ref": "#/components/responses/Unavailable"},
     "504": {"$ref": "#/components/responses/OutcomeUnknown"}}}},
  "/api/reservations/{id}/payment": {
   "parameters": [{"$ref": "#/components/parameters/reservation"}],
   "post": {
    "operationId": "pay",
    "summary": "The seats are sold",
    "responses": {
     "200": {
      "description": "PAID",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reservation"}}}},
     "404": {"$ref": "#/components/responses/Unknown"},
     "409": {"$ref": "#/components/responses/Forbidden"},
     "410": {"$ref": "#/components/responses/Gone"},
     "503": {"$ref": "#/components/responses/Unavailable"},
     "504": {"$ref": "#/components/responses/OutcomeUnknown"}}}},
  "/api/users/{id}/reservations": {
   "parameters": [
    {
     "name": "id",
     "in": "path",
     "required": true,
     "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"}}],
   "get": {
    "operationId": "listReservations",
    "summary": "A user's reservations; may lag behind them",
    "responses": {
     "200": {"description": "as the view by user has them at the offset it names",
      "content": {"application/json": {"schema": {
       "type": "object", "required": ["reservations", "asOf"],
       "properties": {
        "reservations": {"type": "array", "items": {"$ref": "#/components/schemas/Reservation"}},
        "asOf": {"type": "object", "required": ["partition", "offset"],
         "properties": {"partition": {"type": "integer"}, "offset": {"type": "integer"}}},
        "more": {"type": "boolean"}}}}}},
     "400": {"$ref": "#/components/responses/Wrong"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/health/live": {
   "get": {"operationId": "live", "responses": {"200": {"description": "it runs"}}}},
  "/health/ready": {
   "get": {
    "operationId": "ready",
    "responses": {
     "200": {"description": "it takes requests"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}}},
 "components": {
  "parameters": {
   "event": {
    "name": "id",
    "in": "path",
    "required": true,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"}},
   "reservation": {
    "name": "id",
    "in": "path",
    "required": true,
    "schema": {"$ref": "#/components/schemas/ReservationId"}}},
  "responses": {
   "Wrong": {
    "description": "what was sent cannot be; names the field",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
   "Unknown": {
    "description": "there is no such thing",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
   "Forbidden": {
    "description": "the rules forbid it: SOLD_OUT, WRONG_STATE (with the reservation), DIFFERENT",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
   "Gone": {
    "description": "it is over and no longer kept",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
   "TooLarge": {
    "description": "the body is too large",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
   "MediaType": {
    "description": "the body is not application/json",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
   "KeyReused": {
    "description": "the key was used for another request",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
   "Unavailable": {
    "description": "surely not taken; come again",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    "headers": {"Retry-After": {"schema": {"type": "integer"}}}},
   "OutcomeUnknown": {
    "description": "it may have been taken: repeat with the same key, or ask for it",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
  "schemas": {
   "ReservationId": {"type": "string", "pattern": "^[0-7][0-9a-hjkmnp-tv-z]{25}$"},
   "NewSection": {
    "type": "object",
    "additionalProperties": false,
    "required": ["name", "rows", "seatsPerRow"],
    "properties": {
     "name": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "rows": {"type": "integer", "minimum": 1, "maximum": 1000},
     "seatsPerRow": {"type": "integer", "minimum": 1, "maximum": 1000}}},
   "NewEvent": {
    "type": "object",
    "additionalProperties": false,
    "required": ["eventId", "sections"],
    "properties": {
     "eventId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "sections": {
      "type": "array",
      "minItems": 1,
      "maxItems": 1000,
      "items": {"$ref": "#/components/schemas/NewSection"}},
     "opensAt": {"type": ["string", "null"], "format": "date-time"},
     "closesAt": {"type": ["string", "null"], "format": "date-time"},
     "limitPerUser": {"type": "integer", "minimum": 0},
     "holdSeconds": {"type": "integer", "minimum": 0, "maximum": 86400, "default": 600},
     "dedupSeconds": {"type": "integer", "minimum": 0, "default": 3600}}},
   "Alteration": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "opensAt": {"type": ["string", "null"], "format": "date-time"},
     "closesAt": {"type": ["string", "null"], "format": "date-time"},
     "limitPerUser": {"type": "integer", "minimum": 0}}},
   "Event": {
    "type": "object",
    "required": ["eventId"],
    "properties": {
     "eventId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "sections": {
      "type": "array",
      "items": {
       "type": "object",
       "required": ["name", "total", "available"],
       "properties": {
        "name": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
        "total": {"type": "integer"},
        "available": {"type": "integer"}}}},
     "opensAt": {"type": "string", "format": "date-time"},
     "closesAt": {"type": "string", "format": "date-time"},
     "limitPerUser": {"type": "integer"},
     "holdSeconds": {"type": "integer"},
     "dedupSeconds": {"type": "integer"},
     "asOf": {
      "type": "object",
      "properties": {"offset": {"type": "integer"},
       "time": {"type": "string", "format": "date-time"}}}}},
   "NewReservation": {
    "type": "object",
    "additionalProperties": false,
    "required": ["eventId", "userId"],
    "properties": {
     "eventId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "userId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "section": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "seatCount": {"type": "integer", "minimum": 1, "maximum": 20},
     "seats": {
      "type": "array",
      "minItems": 1,
      "maxItems": 20,
      "uniqueItems": true,
      "items": {"type": "string", "examples": ["A-1-1"]}},
     "split": {"type": "boolean", "default": false}},
    "oneOf": [{"required": ["section", "seatCount"]}, {"required": ["seats"]}]},
   "Pending": {
    "type": "object",
    "required": ["reservationId", "status"],
    "properties": {
     "reservationId": {"$ref": "#/components/schemas/ReservationId"},
     "status": {"const": "PENDING"}}},
   "Reservation": {
    "type": "object",
    "required": ["reservationId", "eventId", "section", "userId", "status", "seats", "receipt"],
    "properties": {
     "reservationId": {"$ref": "#/components/schemas/ReservationId"},
     "eventId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "section": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "userId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
     "status": {"enum": ["CONFIRMED", "REJECTED", "PAID", "CANCELLED", "EXPIRED"]},
     "seats": {"type": "array", "items": {"type": "string"}},
     "reason": {
      "enum": [
       "SOLD_OUT",
       "NO_ADJACENT_SEATS",
       "SEAT_TAKEN",
       "UNKNOWN_EVENT",
       "UNKNOWN_SECTION",
       "UNKNOWN_SEAT",
       "DUPLICATE_SEAT",
       "LIMIT_EXCEEDED",
       "NOT_OPEN",
       "CLOSED",
       "INVALID_COUNT",
       "KEY_REUSED"]},
     "detail": {"type": "string"},
     "heldUntil": {"type": "string", "format": "date-time"},
     "duplicateOf": {"$ref": "#/components/schemas/ReservationId"},
     "receipt": {
      "type": "object",
      "required": ["partition", "offset"],
      "properties": {"partition": {"type": "integer"}, "offset": {"type": "integer"}}}}},
   "Problem": {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "requestId"],
    "properties": {
     "type": {"type": "string"},
     "title": {"type": "string"},
     "status": {"type": "integer"},
     "code": {"type": "string"},
     "detail": {"type": "string"},
     "field": {"type": "string"},
     "requestId": {"type": "string"},
     "reservationId": {"$ref": "#/components/schemas/ReservationId"},
     "reservation": {"$ref": "#/components/schemas/Reservation"}}}}}})json";
}

}  // namespace usher::gateway
