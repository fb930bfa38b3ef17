
Ltac one_way_round := repeat match goal with |- context [delta ?i ?k] =>
  match goal with |- context [delta k i] => tryif constr_eq i k then fail else rewrite (delta_turned k i) end end.
Ltac quick := one_way_round; first [ reflexivity | ring | field; positive | exponentials; field; positive | cased ].
Ltac under := apply total_ext; let k := fresh "k" in let Hk := fresh "Hk" in intros k Hk; cbv beta.

(* Where each hinge, absolute value and case is open or shut. *)
Ltac hinges := unfold Rmax, Rmin, Rabs in *; repeat first
  [ progress distinguish
  | match goal with |- context [Rcase_abs ?x] => destruct (Rcase_abs x) end
  | match goal with |- context [Rle_dec ?x ?y] => destruct (Rle_dec x y) end ].
Ltac by_cases := hinges; first [ lra | exfalso; lra | ring | field; positive | values; plain | nra ].
Ltac squares := repeat match goal with
  | l : R |- context [?u ^ 2] => lazymatch goal with H : 0 <= (u + l) ^ 2 |- _ => fail | _ => pose proof (pow2_ge_0 (u + l)) end
  end.

(* Sums whose terms are equal, or opposite, become one. *)
Ltac same_sums := repeat match goal with |- context [total ?n ?f] =>
  match goal with |- context [total n ?g] => tryif constr_eq f g then fail else first
    [ replace (total n f) with (total n g) by (under; quick)
    | replace (total n f) with (- total n g) by (rewrite <- total_opp; under; quick) ]
  end end.
Ltac split_logs := repeat first [ rewrite ln_product by (intros; positive) | rewrite ln_mult by positive ].

(* The terms of a sum, rewritten by a tactic that works in a hypothesis. *)
Ltac with_terms n f by_rule :=
  let g := fresh "g" in let E := fresh "E" in
  evar (g : nat -> R); assert (E : total n f = total n g);
  [ apply total_ext; let k := fresh "k" in let Hk := fresh "Hk" in let y := fresh "y" in let Y := fresh "Y" in
    intros k Hk; cbv beta; match goal with |- ?l = _ => remember l as y eqn:Y end; by_rule Y; subst y; subst g; reflexivity
  | rewrite E; subst g; clear E; cbv beta ].
Ltac logs_in Y := progress (repeat first
  [ rewrite ln_exp in Y | rewrite ln_div' in Y by positive | rewrite ln_mult in Y by positive ]); unfold Rdiv in Y; ring_simplify in Y.
Ltac log_terms := repeat match goal with |- context [total ?n ?f] =>
  match f with context [ln _] => with_terms n f logs_in end end.

(* The term that delta picks, apart from the others. *)
Ltac pick_apart := repeat match goal with
  | i : nat |- context [total ?n ?f] =>
      match f with context [delta] => idtac end;
      let g := fresh "g" in let E := fresh "E" in
      evar (g : nat -> R); assert (E : total n f = total n g + (f i - g i));
      [ apply (total_apart n i f g); [ lia | ]; let k := fresh "k" in let D := fresh "D" in let y := fresh "y" in let Y := fresh "Y" in
        intros k D; cbv beta; match goal with |- ?l = _ => remember l as y eqn:Y end;
        progress (repeat first [ rewrite (delta_there i k D) in Y | rewrite (delta_turned i k), (delta_there i k D) in Y ]);
        subst y; subst g; reflexivity
      | rewrite E; subst g; clear E; cbv beta; rewrite ?delta_here ]
  end.
(* A sum of c*y[k] where the sum of y is known; c is what the term is at y = 1. *)
Ltac weigh := repeat match goal with
  | H : total ?n ?y = _ |- context [total ?n ?f] =>
      match y with (fun k => ?h k) =>
        tryif constr_eq y f then fail else idtac;
        match eval pattern h in f with ?F _ =>
          let c := eval cbv beta in (F (fun _ : nat => 1) 0%nat) in
          replace (total n f) with (c * total n y) by (rewrite <- total_scal; under; field; positive);
          rewrite H
        end
      end
  end.
Ltac known_sums := repeat match goal with H : forall _ : nat, total _ _ = _ , k : nat |- _ => pose proof (H k); revert H end; intros.
Ltac classes := known_sums; pick_apart; weigh; quick.
Ltac logs_of_classes := log_terms; spread; known_sums; weigh; contracted;
  repeat match goal with H : total ?n ?y = _ |- _ => rewrite H end; same_sums; quick.

Ltac gathered := let y := fresh "y" in let E := fresh "E" in
  match goal with |- ?l = _ => remember l as y eqn:E end; unfold Rdiv in E; repeat first
    [ rewrite <- total_scal in E | rewrite <- total_scal_r in E | rewrite <- total_opp in E
    | rewrite <- total_plus in E | rewrite <- total_minus in E ];
  cbv beta in E; subst y; reflexivity.
(* Sums of sums: all factors inside, the same order on both sides, and then term by term. *)
Ltac sums := gather; lazymatch goal with
  | |- total ?n _ = total ?n _ => under; sums
  | |- total _ _ = total _ _ => etransitivity; [ under; gathered | ]; rewrite total_swap; under; sums
  | _ => first [ quick | classes ]
  end.
Ltac equal_sums := first
  [ by_cases
  | gather; apply total_zero; let k := fresh "k" in intros k ?; entry k; by_cases
  | sums
  | split_logs; same_sums; by_field
  | unfold Rdiv; spread; contracted; same_sums; by_field
  | logs_of_classes
  | under; logs_of_classes
  | gather; under; logs_of_classes
  | classes ].
(* An index from 1 on, as one more than an index from 0 on. *)
Ltac from_zero := repeat match goal with H : (1 <= ?i)%nat |- _ =>
    lazymatch goal with |- context [total i _] => fail | |- context [total (S i) _] => fail | _ => idtac end;
    destruct i as [ | i ]; [ exfalso; lia | replace (S i) with (i + 1)%nat in * by lia; clear H ]
  end.
Ltac by_rules := from_zero; eapply d_value; [ derive | put_back; first [ sums | gather; same_sums; by_field ] ].
Ltac equal_by_rules := first [ equal | equal_sums ].
Ltac inequality_by_rules := first [ inequality | hinges; first [ lra | nra ] | squares; hinges; nra ].
