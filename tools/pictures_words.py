"""What the customers of tools/pictures_town.py say, and what is answered. All of it is ours: nobody said it."""

from __future__ import annotations

from typing import Final

NAMES: Final = (
    ("Odile Aubin", "odile.aubin@courriel.example"),
    ("Gwenaël Tanguy", "g.tanguy@courriel.example"),
    ("Ousmane Diarra", "ousmane.diarra@poste.example"),
    ("Théo Lemarquis", "theo.l@courriel.example"),
    ("Louise Fall-Perrin", "louise.fp@poste.example"),
    ("Béatrice Œuvrard", "b.oeuvrard@courriel.example"),
    ("Rachid Benhaddou", "rachid.b@poste.example"),
    ("Jeanne Kermarrec", "jeanne.k@courriel.example"),
    ("Émile Sabatier", "emile.sabatier@poste.example"),
    ("Nadia Vasseur-Roy", "nadia.vr@courriel.example"),
    ("Paul Nguyen", "paul.nguyen@poste.example"),
    ("Zoé Chaumont", "zoe.chaumont@courriel.example"),
    ("Anaïs Le Bris", "anais.lebris@poste.example"),
    ("Marc Delorme", "m.delorme@courriel.example"),
    ("Fatoumata Sylla", "f.sylla@poste.example"),
    ("Hugo Petitjean", "hugo.pj@courriel.example"),
    ("Claire Morvan", "claire.morvan@poste.example"),
    ("Sébastien Aubert", "s.aubert@courriel.example"),
    ("Inaya Rousseau", "inaya.r@poste.example"),
    ("Lucien Garnier", "lucien.garnier@courriel.example"),
    ("Maëlle Guéguen", "maelle.g@poste.example"),
)
WORDS: Final = (
    ("Sachet de vis", "Bonjour, il manque le sachet de vis dans mon carton. Je ne peux rien monter."),
    (
        "Toujours rien",
        "Toujours rien reçu, et personne ne répond au téléphone. C’est la troisième fois que j’explique.",
    ),
    ("Merci", "Merci beaucoup, la lampe est superbe et la livraison a été très rapide."),
    ("Ma facture", "Bonjour, pourriez-vous m’envoyer la facture de ma commande OR-48213 ?"),
    ("Étagère rayée", "L’étagère est arrivée rayée sur tout le devant. Je suis très déçue, je veux un remboursement."),
    ("Créneau", "Le livreur n’est pas venu dans le créneau promis. J’ai perdu une matinée entière."),
    ("Conseil", "La vendeuse du magasin de Nantes a été formidable, patiente et de bon conseil. Bravo à elle."),
    ("Notice", "La notice est incompréhensible, les étapes 4 et 5 se contredisent."),
    ("Chaise", "Les chaises sont solides et très confortables, toute la famille est contente."),
    ("Dimensions", "Quelles sont les dimensions du buffet une fois les portes ouvertes ?"),
    ("Retour", "Comment retourner un tapis qui ne va pas dans mon salon ? Le délai est-il dépassé ?"),
    ("Prix", "Le prix a augmenté de vingt euros entre mon panier et le paiement, ce n’est pas normal."),
    ("Commande en double", "J’ai été débitée deux fois pour la même commande. Remboursez-moi vite."),
    ("Bravo", "Service impeccable, on m’a rappelé en cinq minutes. Continuez ainsi."),
    ("Lit", "Le lit grince depuis le premier soir. Que me proposez-vous ?"),
    ("Disponibilité", "Le fauteuil Bruyère sera-t-il de nouveau disponible avant Noël ?"),
    ("Emballage", "Trop de plastique dans vos cartons, c’est dommage pour une maison comme la vôtre."),
    ("Le miroir", "Le miroir est arrivé cassé, il y avait du verre partout. Mes enfants étaient là."),
    ("Montage", "Montage facile, tout était là, rien à redire."),
    ("Changement d’adresse", "Je déménage la semaine prochaine, pouvez-vous livrer à ma nouvelle adresse ?"),
)
ANSWERS: Final = (
    "Bonjour, merci de nous l’avoir dit. Je m’en occupe aujourd’hui et je vous tiens au courant moi-même.",
    "Bonjour, c’est fait : cela part ce soir de l’atelier. Dites-moi si quelque chose manque encore.",
    "Bonjour, vous avez raison. Je vous rembourse dès aujourd’hui, sans rien à renvoyer.",
    "Bonjour, voici ce que vous demandiez. Je reste à votre écoute au 02 61 91 04 12.",
)
