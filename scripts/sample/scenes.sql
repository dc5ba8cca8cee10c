-- The places that the demo's scenes need, by hand, near named postal codes, so that distances come out as told. Data
-- only; build_scenes.sql puts it in. Invariant: regions that a scene has to itself are left out of the directory
-- (nb_sample.scene_regions); names are invented and end in (sample).

create or replace function nb_sample.scene_regions() returns text[]
    language sql immutable
    as $$ select array['CT', 'IA', 'ID', 'LA', 'ME', 'MT', 'NE', 'NH', 'NM', 'RI', 'SD', 'UT', 'VT', 'WV', 'WY'] $$;

-- place: postal code from whose center meters and bearing (degrees from north) count; a confidential shelter stands
-- at the center itself. kind: specialized, adjacent, general, or wyndham, marriott, partner.
-- traits of shelters: beds (a number, or one for each night from tonight on, the last repeated), rooms (the same, in
-- rooms that take `takes` people), household, gender, min_age, max_age, youth, no_animals, no_teen_sons, check,
-- languages, populations, fresh (hours since the last report), vetting.
-- traits of hotels: points (a number or one for each night), cash (minor units), rooms (free each night), cap, ids,
-- no_id, card, age, verified (days), cancel (hours), desk_closes, fresh, vetting. A desk that says nothing takes every
-- document, asks for no card and is open all night.
create or replace function nb_sample.scene_places()
    returns table (n integer, scene text, postal text, meters integer, bearing integer, kind text, name text, traits jsonb)
    language sql immutable
    as $$
    values
    -- A specialized shelter in a city that has many others
    (101, 'found', '60623', 0, 0, 'specialized', 'Amber Lantern House', '{"beds": 5, "languages": ["en", "es"], "fresh": 1}'::jsonb),
    -- No shelter has all three nights
    (111, 'nights', '83703', 0, 0, 'adjacent', 'Cedar Porch House', '{"beds": [2, 2, 0], "gender": "women"}'),
    (112, 'nights', '83704', 0, 0, 'specialized', 'Linden Gate House', '{"beds": [3, 0, 0]}'),
    (113, 'nights', '83702', 1200, 80, 'general', 'Boise Night Shelter', '{"beds": [4, 4, 0]}'),
    (114, 'nights', '83702', 2100, 200, 'wyndham', 'Heron Crossing', '{"points": 7500}'),
    (115, 'nights', '83702', 3400, 250, 'wyndham', 'Granite Park', '{"points": 15000, "card": "form_accepted"}'),
    (116, 'nights', '83702', 5200, 290, 'marriott', 'Larkspur Landing', '{"points": 21000}'),
    (117, 'nights', '83702', 4300, 170, 'partner', 'Copper Terrace', '{"cash": 8900, "rooms": 2, "desk_closes": true}'),
    -- Five nights in one reservation: the cheapest is free
    (121, 'five', '87102', 1900, 45, 'marriott', 'Tamarack Square', '{"points": [20000, 20000, 20000, 20000, 21000, 19000, 20500, 20000], "fresh": 1, "verified": 5, "cancel": 24}'),
    (122, 'five', '87102', 6100, 60, 'marriott', 'Foxglove Junction', '{"points": 26000, "desk_closes": true, "cancel": 48}'),
    (123, 'five', '87102', 4100, 350, 'wyndham', 'Bluebird Landing', '{"points": 30000, "card": "form_accepted", "desk_closes": true}'),
    (124, 'five', '87104', 0, 0, 'adjacent', 'Willow Stone House', '{"beds": [1, 1, 1, 1, 1, 1, 1, 0]}'),
    (125, 'five', '87102', 900, 100, 'general', 'Albuquerque Night Shelter', '{"beds": 6}'),
    -- A family of six: two rooms or none
    (131, 'family', '59101', 2200, 270, 'wyndham', 'Heron Park', '{"points": 15000, "rooms": 3}'),
    (132, 'family', '59101', 5100, 250, 'wyndham', 'Granite Terrace', '{"points": 15000, "rooms": 4, "desk_closes": true}'),
    (133, 'family', '59101', 3500, 300, 'marriott', 'Copper Junction', '{"points": 24000, "rooms": 1}'),
    (134, 'family', '59101', 1100, 200, 'general', 'Billings Family Shelter', '{"rooms": 1, "takes": 5, "household": "family"}'),
    (135, 'family', '59102', 0, 0, 'adjacent', 'Maple Haven House', '{"rooms": 3, "takes": 6, "household": "family", "no_teen_sons": true}'),
    -- A service animal, and no document at all
    (141, 'animal', '05404', 0, 0, 'adjacent', 'River Meadow House', '{"beds": 3, "no_animals": true}'),
    (142, 'animal', '05401', 1200, 90, 'wyndham', 'Larkspur Square', '{"points": 15000, "ids": ["state_id"]}'),
    (143, 'animal', '05401', 1800, 120, 'marriott', 'Tamarack Terrace', '{"points": 19000, "ids": ["state_id", "passport"]}'),
    (144, 'animal', '05401', 4800, 100, 'wyndham', 'Bluebird Crossing', '{"points": 15000, "no_id": true}'),
    (145, 'animal', '05401', 6200, 140, 'partner', 'Foxglove Park', '{"cash": 7900, "rooms": 2, "no_id": true, "card": "form_accepted"}'),
    -- A zone to stay out of, in a city that has many places
    (151, 'zone', '98104', 300, 20, 'wyndham', 'Copper Landing', '{"points": 7500}'),
    (152, 'zone', '98104', 700, 200, 'partner', 'Granite Square', '{"cash": 6900, "rooms": 3}'),
    (153, 'zone', '98109', 400, 330, 'wyndham', 'Heron Junction', '{"points": 7500}'),
    (154, 'zone', '98104', 900, 90, 'general', 'Seattle Night Shelter', '{"beds": 9}'),
    -- After midnight
    (161, 'midnight', '04102', 0, 0, 'specialized', 'Quiet Bridge House', '{"beds": 2}'),
    (162, 'midnight', '04101', 1400, 300, 'wyndham', 'Tamarack Crossing', '{"points": 15000}'),
    (163, 'midnight', '04101', 700, 310, 'general', 'Portland Night Shelter', '{"beds": [0, 7]}'),
    -- Sold out between quote and commit
    (171, 'sold', '84101', 1100, 150, 'wyndham', 'Bluebird Park', '{"points": 7500, "fresh": 1}'),
    (172, 'sold', '84101', 2600, 160, 'wyndham', 'Foxglove Square', '{"points": 7500, "fresh": 5}'),
    (173, 'sold', '84101', 4400, 170, 'marriott', 'Heron Landing', '{"points": 22000, "desk_closes": true}'),
    (174, 'sold', '84105', 0, 0, 'adjacent', 'Harbor Lantern House', '{"beds": 0}'),
    -- The answer is lost after the effect
    (181, 'lost', '03101', 1600, 30, 'marriott', 'Granite Crossing', '{"points": 18000}'),
    (182, 'lost', '03101', 2900, 60, 'wyndham', 'Copper Park', '{"points": 30000, "card": "form_accepted", "desk_closes": true}'),
    (183, 'lost', '03104', 0, 0, 'specialized', 'Amber Gate House', '{"beds": 2, "gender": "men"}'),
    -- By phone
    (191, 'phone', '02903', 1300, 260, 'marriott', 'Larkspur Crossing', '{"points": 16000}'),
    (192, 'phone', '02909', 0, 0, 'adjacent', 'Cedar Haven House', '{"beds": 0}'),
    -- The dispatcher is killed in mid-call
    (201, 'killed', '50309', 1500, 280, 'wyndham', 'Foxglove Landing', '{"points": 15000}'),
    (202, 'killed', '50316', 0, 0, 'specialized', 'Linden Porch House', '{"beds": [1, 0]}'),
    -- A minor alone
    (211, 'minor', '57103', 0, 0, 'adjacent', 'Maple Meadow House', '{"beds": 2, "household": "youth", "min_age": 12, "max_age": 17, "youth": true}'),
    (212, 'minor', '57104', 1000, 180, 'wyndham', 'Granite Junction', '{"points": 7500}'),
    (213, 'minor', '57104', 2000, 200, 'marriott', 'Bluebird Square', '{"points": 14000}'),
    (214, 'minor', '57104', 1400, 90, 'general', 'Sioux Falls Night Shelter', '{"beds": 5}'),
    (215, 'minor', '57104', 600, 20, 'partner', 'Heron Square', '{"cash": 7500, "rooms": 4}'),
    -- Nothing suitable in reach
    (221, 'nothing', '83001', 800, 200, 'general', 'Jackson Night Shelter', '{"beds": 0}'),
    (222, 'nothing', '83001', 2000, 230, 'adjacent', 'Willow Bridge House', '{"beds": 4, "vetting": "applied"}'),
    (223, 'nothing', '83001', 1500, 180, 'wyndham', 'Larkspur Junction', '{"points": 30000, "card": "guest_card"}'),
    (224, 'nothing', '83001', 3100, 190, 'marriott', 'Tamarack Park', '{"points": 54000, "rooms": 0}'),
    (225, 'nothing', '83014', 0, 0, 'specialized', 'River Haven House', '{"beds": 3}'),
    -- General at 1 km, points at 4 km, domestic violence at 12 km
    (231, 'order', '25301', 1000, 45, 'general', 'Charleston Night Shelter', '{"beds": 8}'),
    (232, 'order', '25301', 4000, 120, 'wyndham', 'Copper Square', '{"points": 15000}'),
    (233, 'order', '25306', 0, 0, 'adjacent', 'Harbor Stone House', '{"beds": 2, "gender": "women", "populations": ["domestic_violence"]}'),
    -- Next door and not vetted
    (241, 'unvetted', '68183', 0, 0, 'specialized', 'Quiet Lantern House', '{"beds": 8, "vetting": "applied"}'),
    (242, 'unvetted', '68105', 0, 0, 'adjacent', 'Amber Bridge House', '{"beds": 1}'),
    (243, 'unvetted', '68102', 2000, 270, 'wyndham', 'Heron Terrace', '{"points": 15000}'),
    (244, 'unvetted', '68102', 1300, 250, 'partner', 'Bluebird Terrace', '{"cash": 7200, "rooms": 3, "vetting": "suspended"}'),
    -- A watched account
    (251, 'watched', '70112', 600, 150, 'marriott', 'Foxglove Crossing', '{"points": 15000, "card": "form_accepted"}'),
    (252, 'watched', '70112', 1100, 200, 'wyndham', 'Granite Landing', '{"points": 7500, "card": "guest_card"}'),
    (253, 'watched', '70112', 2600, 250, 'wyndham', 'Larkspur Terrace', '{"points": 15000, "card": "form_accepted"}'),
    (254, 'watched', '70112', 3900, 270, 'marriott', 'Tamarack Junction', '{"points": 20000, "card": "none_needed"}'),
    -- Room for 31 of 45: ten beds, and six rooms for four
    (261, 'workers', '06106', 0, 0, 'specialized', 'Cedar Lantern House', '{"beds": 10, "populations": ["labor_trafficking"], "languages": ["en", "es"]}'),
    (262, 'workers', '06103', 2300, 10, 'partner', 'Copper Crossing', '{"cash": 7500, "rooms": 3}'),
    (263, 'workers', '06103', 3300, 340, 'wyndham', 'Bluebird Junction', '{"points": 7500, "rooms": 2}'),
    (264, 'workers', '06103', 4900, 320, 'marriott', 'Heron Bridge', '{"points": 15000, "rooms": 1}'),
    (265, 'workers', '06103', 1200, 90, 'wyndham', 'Foxglove Terrace', '{"points": 7500, "rooms": 6, "ids": ["state_id"]}'),
    (266, 'workers', '06103', 1500, 200, 'general', 'Hartford Night Shelter', '{"beds": 0}')
$$;
comment on function nb_sample.scene_places() is 'The hand-placed places, one a row.';
